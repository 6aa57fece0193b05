package io.claviger.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows under aligned columns. They are printed page by page, so that a listing of any length needs no memory: the widths
 * are those that the first page needs. Not thread-safe.
 */
final class Table {
    /** For output that is no terminal: nothing is cut. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int PAGE_ROWS = 1_000;
    private static final int MIN_WIDTH = 8;
    private static final String GAP = "  ";

    /** How a column is shown. */
    enum Align {
        /** To the left, and never cut. */
        LEFT,
        /** To the right, and never cut. */
        RIGHT,
        /** To the left, and cut if the terminal is too narrow. */
        CUT
    }

    /** One column. */
    record Column(String title, Align align) {}

    /** Whoever read our output reads no more. */
    static final class OutputClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutputClosedException() {
            super("the output is closed", null, false, false);
        }
    }

    private final List<Column> columns;
    private final int terminalWidth;
    private final List<List<String>> page = new ArrayList<>();
    private int[] widths = {};

    Table(List<Column> columns, int terminalWidth) {
        this.columns = List.copyOf(columns);
        this.terminalWidth = terminalWidth;
    }

    /** Adds a row of foreign texts, and prints a page if it is full. */
    void add(PrintWriter out, List<String> cells) {
        add(cells);
        if (page.size() == PAGE_ROWS) {
            print(out);
        }
    }

    /** Adds a row of foreign texts, for {@link #lines}. */
    void add(List<String> cells) {
        page.add(cells.stream().map(Printed::of).toList());
    }

    /** Prints what is left. Returns whether there was any row at all. */
    boolean finish(PrintWriter out) {
        if (!page.isEmpty()) {
            print(out);
        }
        return widths.length > 0;
    }

    /** The lines of the header and of the rows so far. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (widths.length == 0) {
            List<String> titles = columns.stream().map(Column::title).toList();
            widths = fit(titles);
            lines.add(line(titles));
        }
        page.forEach(row -> lines.add(line(row)));
        page.clear();
        return lines;
    }

    private void print(PrintWriter out) {
        lines().forEach(out::println);
        out.flush();
        if (out.checkError()) {
            throw new OutputClosedException();
        }
    }

    private int[] fit(List<String> titles) {
        int[] fitted = IntStream.range(0, columns.size())
                .map(i -> Math.max(
                        Printed.width(titles.get(i)),
                        page.stream()
                                .mapToInt(row -> Printed.width(row.get(i)))
                                .max()
                                .orElse(0)))
                .toArray();
        long excess = IntStream.of(fitted).asLongStream().sum() + GAP.length() * (columns.size() - 1L) - terminalWidth;
        for (; excess > 0; excess--) {
            int widest = widestToCut(fitted);
            if (widest < 0) {
                break;
            }
            fitted[widest]--;
        }
        return fitted;
    }

    private int widestToCut(int[] fitted) {
        int widest = -1;
        for (int i = 0; i < fitted.length; i++) {
            boolean cuttable = columns.get(i).align() == Align.CUT && fitted[i] > MIN_WIDTH;
            if (cuttable && (widest < 0 || fitted[i] > fitted[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    private String line(List<String> cells) {
        return IntStream.range(0, cells.size())
                .mapToObj(i -> cell(cells.get(i), columns.get(i).align(), widths[i]))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private String cell(String text, Align align, int width) {
        return switch (align) {
            case LEFT -> Printed.padRight(text, width);
            case RIGHT -> Printed.padLeft(text, width);
            case CUT -> Printed.padRight(terminalWidth == UNLIMITED ? text : Printed.cut(text, width), width);
        };
    }
}

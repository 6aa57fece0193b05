package io.claviger;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The records of a listing, of which one page at a time is in memory. */
final class PagedEntries implements Iterator<Entry> {
    private final Function<ListOptions, Page> read;
    private ListOptions options;
    private Page page;
    private Iterator<Entry> entries;

    PagedEntries(Function<ListOptions, Page> read, ListOptions options) {
        this.read = read;
        this.options = options;
        this.page = read.apply(options);
        this.entries = page.entries().iterator();
    }

    @Override
    public boolean hasNext() {
        while (!entries.hasNext() && page.next().isPresent()) {
            options = options.withAfter(page.next().get());
            page = read.apply(options);
            entries = page.entries().iterator();
        }
        return entries.hasNext();
    }

    @Override
    public Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more records");
        }
        return entries.next();
    }
}

package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.OwnerKey;
import io.claviger.server.OwnerKeys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The small pieces of the front. */
class PiecesTest {

    @Test
    void keysAreWrittenAndReadAsTheEngineDoes() {
        Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            OwnerKey key = new OwnerKey(random.nextLong(), random.nextLong());
            byte[] text = new byte[KeyText.LENGTH + 2];
            KeyText.write(key, text, 1);
            assertThat(new String(text, 1, KeyText.LENGTH, StandardCharsets.US_ASCII))
                    .isEqualTo(key.text());
            assertThat(KeyText.parse(text, 1, KeyText.LENGTH + 1)).isEqualTo(key);
        }
        for (String bad : new String[] {
            "", "x", "0".repeat(36), "00000000-0000-0000-0000-00000000000g", "000000000-000-0000-0000-000000000001"
        }) {
            byte[] text = bad.getBytes(StandardCharsets.US_ASCII);
            assertThat(KeyText.parse(text, 0, text.length)).isNull();
        }
    }

    @Test
    void ownerKeysDoNotRepeat() {
        OwnerKeys keys = new OwnerKeys();
        Set<OwnerKey> seen = new HashSet<>();
        int bits = 0;
        for (int i = 0; i < 20_000; i++) {
            OwnerKey key = keys.next();
            assertThat(seen.add(key)).isTrue();
            bits += Long.bitCount(key.high()) + Long.bitCount(key.low());
        }
        assertThat(bits / 20_000.0).isBetween(63.5, 64.5);
        assertThat(new OwnerKeys().next()).isNotIn(seen);
    }

    @Test
    void numbersAreWrittenAsDecimals() {
        for (long number : new long[] {0, 9, 10, 99, 100, 1_234_567_890_123_456L, Long.MAX_VALUE}) {
            ByteBuf out = Unpooled.buffer();
            new LineWriter().begin(out).add("n:").add(number).end();
            assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("n:" + number + "\n");
        }
    }

    @Test
    void aLineThatCouldNotBeEndedLeavesNothingToTheNext() {
        LineWriter writer = new LineWriter();
        assertThatThrownBy(
                        () -> writer.begin(Unpooled.buffer(0, 3)).add("secret").end())
                .isInstanceOf(IndexOutOfBoundsException.class);
        writer.begin(Unpooled.buffer()).add("begun, never ended");
        ByteBuf out = Unpooled.buffer();
        writer.begin(out).add("next").end();
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("next\n");
    }

    /** What Python 3 calls white space (str.isspace), code point by code point. */
    @Test
    void whiteSpaceIsPythons() {
        StringBuilder spaces = new StringBuilder();
        for (int c = 0; c <= 0xffff; c++) {
            if (Whitespace.is(c)) {
                spaces.append(Integer.toHexString(c)).append(' ');
            }
        }
        assertThat(spaces.toString())
                .isEqualTo("9 a b c d 1c 1d 1e 1f 20 85 a0 1680 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200a "
                        + "2028 2029 202f 205f 3000 ");
    }

    @Test
    void textOfClientsIsShownOnOneLine() {
        assertThat(Shown.of("a\nb\u001b[31m\\ \u202e é")).isEqualTo("a\\x0ab\\x1b[31m\\\\ \\u202e é");
        assertThat(Shown.of("x".repeat(1_000))).hasSize(203);
    }
}

package io.claviger.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LockOptions;
import io.claviger.engine.OwnerKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Handed-off leases as text. */
class HandOffTextTest {
    private static final OwnerKey TICKET = OwnerKey.of(UUID.randomUUID());

    @Test
    void whatIsWrittenComesBack() {
        for (String name :
                new String[] {"a", "invoices/42", "a.b.c", "Zo\u00eb \ud83d\ude00", "n".repeat(65_536), " "}) {
            assertComesBack(new HandOffText(name, TICKET, LockOptions.DEFAULT));
        }
        assertComesBack(new HandOffText("a", TICKET, LockOptions.lease(LockOptions.MAX_LEASE)));
        assertComesBack(new HandOffText("a", TICKET, LockOptions.manualLease(LockOptions.MIN_LEASE)));
        assertComesBack(new HandOffText("a", TICKET, LockOptions.lease(Duration.ofNanos(1_234_567_890_123L))));
    }

    @Test
    void spaceAroundTheTextDoesNotMatter() {
        HandOffText text = new HandOffText("a", TICKET, LockOptions.DEFAULT);
        assertThat(HandOffText.decode("  " + text.encode() + "\r\n")).isEqualTo(text);
    }

    @Test
    void theActorStaysWithWhoHandsOff() {
        HandOffText text = new HandOffText("a", TICKET, LockOptions.DEFAULT.withActor("job"));
        assertThat(HandOffText.decode(text.encode()).options()).isEqualTo(LockOptions.DEFAULT);
    }

    @Test
    void itIsOneWordThatNoShellChanges() {
        String text = new HandOffText("a b*$'\"/\u00e9", TICKET, LockOptions.DEFAULT).encode();
        assertThat(text).matches("claviger1\\.[A-Za-z0-9_.-]+");
    }

    @Test
    void itsTicketIsNotShown() {
        HandOffText text = new HandOffText("a", TICKET, LockOptions.DEFAULT);
        assertThat(text.toString()).contains("a").doesNotContain(TICKET.text());
    }

    @Test
    void everyCutAndEveryChangeIsNoticed() {
        String text = new HandOffText("invoices/42", TICKET, LockOptions.lease(Duration.ofSeconds(30))).encode();
        for (int i = 0; i < text.length(); i++) {
            String cut = text.substring(0, i);
            assertRefused(cut);
            String changed = cut + (text.charAt(i) == 'x' ? 'y' : 'x') + text.substring(i + 1);
            assertRefused(changed);
        }
    }

    @Test
    void whatIsNotSuchATextIsToldWhatOneLooksLike() {
        for (String other : new String[] {"", "hello", "claviger2.a.b.c.d.e", TICKET.text()}) {
            assertThatThrownBy(() -> HandOffText.decode(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("this is no handed-off lease: its text begins with 'claviger1.'");
        }
    }

    @Test
    void aTextWithTheRightSumAndTheWrongContentIsRefused() {
        String key = TICKET.text();
        for (String body : new String[] {
            key + ".-5.automatic.YQ",
            key + ".x.automatic.YQ",
            key + ".0.sometimes.YQ",
            "nokey.0.automatic.YQ",
            key + ".0.automatic.*",
            key + ".1.manual.YQ",
            key + ".0.automatic."
        }) {
            String signed = sign("claviger1." + body);
            assertThatThrownBy(() -> HandOffText.decode(signed))
                    .as(body)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the text of a handed-off lease cannot be understood");
        }
        assertThat(HandOffText.decode(sign("claviger1." + key + ".0.automatic.YQ")))
                .isEqualTo(new HandOffText("a", TICKET, LockOptions.DEFAULT));
    }

    private static String sign(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return body + "." + Long.toHexString(crc.getValue());
    }

    private static void assertComesBack(HandOffText text) {
        assertThat(HandOffText.decode(text.encode())).isEqualTo(text);
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> HandOffText.decode(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("handed-off lease");
    }
}

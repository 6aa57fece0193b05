package io.claviger.server.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.server.ipc.IpcAnswer.Holder;
import io.claviger.server.ipc.IpcRequest.Which;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpcCodecTest {

    private static byte[] body(ByteBuffer frame) {
        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        byte[] body = new byte[frame.remaining()];
        frame.get(body);
        return body;
    }

    private static void assertCarried(IpcAnswer answer) throws IOException {
        assertThat(IpcCodec.answer(body(IpcCodec.encode(answer)))).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "My lock", "two\nlines", "\"quoted\" \\ \u0000", "schl\u00fcssel", "\ud83d\udd11", " "})
    void everyName_isCarriedBothWays(String name) throws IOException {
        IpcRequest unlock = new IpcRequest.Unlock(name, Which.BY_KEY, "key");
        assertThat(IpcCodec.request(body(IpcCodec.encode(unlock)))).isEqualTo(unlock);
        IpcRequest list = new IpcRequest.ListHolders(name, Long.MAX_VALUE);
        assertThat(IpcCodec.request(body(IpcCodec.encode(list)))).isEqualTo(list);
        assertCarried(new IpcAnswer.Page(List.of(new Holder(name, "key", Integer.MAX_VALUE, 7)), true));
        assertCarried(new IpcAnswer.Refused(name));
    }

    @Test
    void answers_areCarried() throws IOException {
        assertCarried(new IpcAnswer.Page(List.of(), false));
        assertCarried(new IpcAnswer.Unlocked(3));
        assertCarried(new IpcAnswer.NoSuchLock());
    }

    @ParameterizedTest
    @EnumSource(Which.class)
    void everyChoiceOfHolders_isCarried(Which which) throws IOException {
        IpcRequest unlock = new IpcRequest.Unlock("a", which, "");
        assertThat(IpcCodec.request(body(IpcCodec.encode(unlock)))).isEqualTo(unlock);
    }

    @Test
    void theLongestName_fitsItsFrames() throws IOException {
        String longest = "\u20ac".repeat(IpcLimits.MAX_NAME_LENGTH);
        ByteBuffer request = IpcCodec.encode(new IpcRequest.Unlock(longest, Which.ALL, "k".repeat(100)));
        assertThat(request.remaining()).isLessThan(IpcLimits.MAX_REQUEST_BYTES);
        assertThat(IpcCodec.request(body(request))).isInstanceOf(IpcRequest.Unlock.class);
    }

    @Test
    void aKey_isNotShown() {
        assertThat(new Holder("a", "secret", 1, 1).toString()).contains("a").doesNotContain("secret");
    }

    @Test
    void anotherVersion_isNamed() {
        byte[] newer = body(IpcCodec.encode(IpcRequest.ListHolders.FIRST));
        newer[0] = 2;
        assertThatThrownBy(() -> IpcCodec.request(newer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void surplusBytes_areRefused() {
        byte[] request = body(IpcCodec.encode(IpcRequest.ListHolders.FIRST));
        byte[] longer = java.util.Arrays.copyOf(request, request.length + 1);
        assertThatThrownBy(() -> IpcCodec.request(longer)).hasMessageContaining("surplus");
    }

    /** Whatever comes is understood or refused, and never costs more than its own length. */
    @Test
    void changedBytes_areUnderstoodOrRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] good = body(IpcCodec.encode(new IpcRequest.Unlock("name", Which.BY_KEY, "key")));
        byte[] page = body(IpcCodec.encode(new IpcAnswer.Page(List.of(new Holder("n", "k", 1, 1)), false)));
        for (int i = 0; i < 20_000; i++) {
            byte[] request = good.clone();
            byte[] answer = page.clone();
            request[random.nextInt(request.length)] = (byte) random.nextInt();
            answer[random.nextInt(answer.length)] = (byte) random.nextInt();
            try {
                assertThat(IpcCodec.request(request)).as("seed %d", seed).isNotNull();
                assertThat(IpcCodec.answer(answer)).as("seed %d", seed).isNotNull();
            } catch (IOException refused) {
                assertThat(refused).as("seed %d", seed).isInstanceOf(IOException.class);
            }
        }
    }
}

package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Session mode over real sockets. */
class SessionModeTest {
    private static final String UNKNOWN_KEY = "00000000-0000-0000-0000-000000000001";

    private final TextServer server = new TextServer();
    private final Wire wire = server.session();

    @AfterEach
    void stop() {
        wire.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'.ping,id:1', 'pong,id:1'",
        "'  .ping  ,  id : a b:c \r', 'pong,id:a b:c'",
        "'.ping,id:ñ€😀', 'pong,id:ñ€😀'",
        "'.ping', 'err,missing id'",
        "'.ping,id', 'err,missing id'",
        "'lock,name:a', 'err,missing id'",
        "'', 'err,bad-request'",
        "',id:7', 'err,bad-request,id:7'",
        "'.ping,id:7,', 'err,bad-request,id:7'",
        "'.keepalive,id:1', 'err,bad-action,id:1'",
        "'.session,id:1', 'err,bad-action,id:1'",
        "'.server-shutdown,id:1', 'err,bad-action,id:1'",
        "'foo,id:1', 'err,bad-action,id:1'",
        "'lock,id:1', 'err,invalid lock name,id:1'",
        "'lock,name:a b,id:1', 'err,invalid lock name,id:1'",
        "'lock,name:a,wait:x,id:1', 'err,invalid wait,id:1'",
        "'lock,name:a,lease:-1,id:1', 'err,invalid lease,id:1'",
        "'lock,name:a,size:0,id:1', 'err,invalid size,id:1'",
        "'lock,name:a,permits:2,id:1', 'err,invalid permits,id:1'",
        "'release,id:1', 'err,invalid key,id:1'",
        "'release,key:x,id:1', 'err,invalid key,id:1'",
        "'release,name:a,key:" + UNKNOWN_KEY + ",id:1', 'err,not held,id:1'",
        "'refresh,key:" + UNKNOWN_KEY + ",id:1', 'err,not held,id:1'",
        "'refresh,key:" + UNKNOWN_KEY + ",lease:x,id:1', 'err,invalid lease,id:1'",
        "'cancel,id:1', 'err,not waiting,id:1'",
    })
    void answersAndStaysOpen(String request, String answer) {
        assertThat(wire.ask(request)).isEqualTo(answer);
        assertThat(wire.ask(".ping,id:still here")).isEqualTo("pong,id:still here");
    }

    @Test
    void idsAreBounded() {
        String longest = "é".repeat(TextLimits.MAX_ID);
        assertThat(wire.ask(".ping,id:" + longest)).isEqualTo("pong,id:" + longest);
        assertThat(wire.ask(".ping,id:x" + longest)).isEqualTo("err,invalid id");
    }

    @Test
    void whatIsNotUtf8IsRefusedAndAnOverlongLineEnds() {
        assertThat(wire.send(new byte[] {'a', (byte) 0xff, '\n'}).line()).isEqualTo("err,bad-request");
        assertThat(wire.send("x".repeat(TextLimits.MAX_LINE + 1)).rest()).isEqualTo("bad-request\n");
    }

    @Test
    void statsCarryTheId() {
        assertThat(wire.ask(".stats,id:s"))
                .startsWith("stats,id:s,{\"lock_count\": 0, ")
                .endsWith("}");
    }

    @Test
    void locksAndReleasesManyInAPipeline() {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            requests.append("lock,name:n").append(i).append(",id:").append(i).append('\n');
        }
        wire.send(requests.toString());
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String answer = wire.line();
            assertThat(answer).startsWith("ok,id:" + i + ",token:");
            keys.add(keyOf(answer));
        }
        assertThat(keys).doesNotHaveDuplicates();
        assertThat(server.lockCount()).isEqualTo(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(wire.ask("release,name:n" + i + ",key:" + keys.get(i) + ",id:r"))
                    .isEqualTo("released,id:r");
        }
        assertThat(server.lockCount()).isZero();
        assertThat(wire.ask("release,key:" + keys.get(0) + ",id:r")).isEqualTo("err,not held,id:r");
    }

    @Test
    void S10_triesAndSizes() {
        assertThat(wire.ask("lock,name:a,size:2,id:1")).startsWith("ok,id:1,");
        assertThat(wire.ask("lock,name:a,size:2,permits:2,id:2")).isEqualTo("not-granted,id:2");
        assertThat(wire.ask("lock,name:a,size:3,id:3")).isEqualTo("err,lock size mismatch,id:3");
        assertThat(wire.ask("lock,name:a,size:2,wait:0,id:4")).startsWith("ok,id:4,");
    }

    @Test
    void L1_aWaiterIsGrantedInTheStepOfTheRelease() {
        String key = keyOf(wire.ask("lock,name:a,id:1"));
        wire.send("lock,name:a,wait:30,id:2\n");
        assertThat(wire.ask("lock,name:b,id:3")).startsWith("ok,id:3,");
        wire.send("release,key:" + key + ",id:4\n.ping,id:5\n");
        assertThat(wire.line()).isEqualTo("released,id:4");
        // The reply of a step comes first, its notices next, and only then the reply of the next command.
        List<String> rest = List.of(wire.line(), wire.line());
        assertThat(rest).anyMatch(line -> line.startsWith("ok,id:2,")).contains("pong,id:5");
    }

    @Test
    void theIdOfAWaitingRequestIsTaken() {
        wire.ask("lock,name:a,id:1");
        wire.send("lock,name:a,wait:30,id:2\n");
        assertThat(wire.ask("lock,name:b,id:2")).isEqualTo("err,duplicate id,id:2");
        assertThat(wire.ask(".ping,id:2")).isEqualTo("err,duplicate id,id:2");
        assertThat(wire.ask("cancel,id:2")).isEqualTo("cancelled,id:2");
        assertThat(wire.ask(".ping,id:2")).isEqualTo("pong,id:2");
        assertThat(wire.ask("cancel,id:2")).isEqualTo("err,not waiting,id:2");
    }

    @Test
    void S9_aCancelledRequestIsNeverGranted() {
        String key = keyOf(wire.ask("lock,name:a,id:1"));
        wire.send("lock,name:a,wait:30,id:2\nlock,name:a,wait:30,id:3\ncancel,id:2\n");
        assertThat(wire.line()).isEqualTo("cancelled,id:2");
        wire.send("release,key:" + key + ",id:4\n");
        assertThat(wire.line()).isEqualTo("released,id:4");
        assertThat(wire.line()).startsWith("ok,id:3,");
    }

    @Test
    void S9_aCancelThatCrossesTheGrantAnswersOnceAndLeavesNothing() {
        for (int round = 0; round < 500; round++) {
            String key = keyOf(wire.ask("lock,name:a,id:1"));
            try (Wire other = server.session()) {
                other.send("lock,name:a,wait:30,id:w\n");
                assertThat(other.ask(".ping,id:p")).isEqualTo("pong,id:p");
                wire.send("release,key:" + key + ",id:r\n");
                other.send("cancel,id:w\n");
                String answer = other.line();
                if (answer.startsWith("ok,id:w,")) {
                    assertThat(other.line()).isEqualTo("err,not waiting,id:w");
                    assertThat(other.ask("release,key:" + keyOf(answer) + ",id:x"))
                            .isEqualTo("released,id:x");
                } else {
                    assertThat(answer).isEqualTo("cancelled,id:w");
                }
                assertThat(other.ask(".ping,id:q")).isEqualTo("pong,id:q");
                assertThat(wire.line()).isEqualTo("released,id:r");
            }
        }
        assertThat(server.lockCount()).isZero();
    }

    @Test
    void L3_theEndOfTheConnectionReleasesEverything() {
        assertThat(wire.ask("lock,name:a,id:1")).startsWith("ok,");
        assertThat(wire.ask("lock,name:b,id:2")).startsWith("ok,");
        try (Wire waiter = server.connect()) {
            waiter.send("lock,name:a,wait:30\n");
            assertThat(server.lockCount()).isEqualTo(2);
            wire.halfClose();
            assertThat(waiter.line()).isEqualTo("ok");
            assertThat(server.isFree("b")).isTrue();
        }
    }

    private static String keyOf(String answer) {
        return answer.substring(answer.indexOf(",key:") + 5);
    }
}

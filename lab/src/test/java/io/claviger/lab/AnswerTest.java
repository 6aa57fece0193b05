package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.lab.Answer.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ok|OK|-1",
                "ok,id:1,token:57,key:k|OK|1",
                "ok,token:57,id:12,key:k|OK|12",
                "not-granted,id:1234567890123|NOT_GRANTED|1234567890123",
                "released|RELEASED|-1",
                "released,id:0|RELEASED|0",
                "session|SESSION|-1",
                "err,not held,id:7|ERROR|7",
                "err,missing id|ERROR|-1",
                "error,id:7|OTHER|7",
                "okay|OTHER|-1",
                "lost,name:a,token:57,reason:expired|OTHER|-1",
                "ok,id:|OK|-1",
                "ok,id:,key:k|OK|-1",
                "ok,id:x1|OK|-1",
                "ok,id:99999999999999999999|OK|-1",
            })
    void kindAndId(String line, Kind kind, long id) {
        Answer answer = answer(line);
        assertThat(answer.kind()).isEqualTo(kind);
        assertThat(answer.id()).isEqualTo(id);
        assertThat(answer).hasToString(line);
    }

    @Test
    void emptyLine() {
        assertThat(answer("").kind()).isEqualTo(Kind.OTHER);
        assertThat(answer("").id()).isEqualTo(-1);
    }

    @Test
    void keyIsCopied_inTheMiddleAndAtTheEnd() {
        assertThat(key("ok,id:1,token:57,key:abc-def")).isEqualTo("abc-def");
        assertThat(key("ok,key:abc,id:1")).isEqualTo("abc");
        assertThat(key("not-granted,id:1")).isEmpty();
    }

    private static Answer answer(String line) {
        // In the middle of a buffer, so that looking beyond either end would show.
        byte[] bytes = ("id:9,key:z\n" + line + "\n,id:8,key:y").getBytes(StandardCharsets.UTF_8);
        Answer answer = new Answer();
        answer.set(bytes, 11, 11 + line.length());
        return answer;
    }

    private static String key(String line) {
        byte[] key = new byte[64];
        int length = answer(line).copyKey(key);
        return new String(key, 0, length, StandardCharsets.UTF_8);
    }
}

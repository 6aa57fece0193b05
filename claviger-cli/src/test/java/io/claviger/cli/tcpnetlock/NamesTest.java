package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    /** The words of a command are separated by semicolons. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ./manage.py;migrate;--noinput | manage_py_migrate_--noinput
                    sh;-c;exit 7                  | sh_-c_exit_7
                    /usr/bin/true                 | usr_bin_true
                    echo;hi                       | echo_hi
                    echo;a,b:c                    | echo_abc
                    ls;-l;_                       | ls_-l
                    '_ . / x / . _'               | x
                    é_x                           | _x
                    a&b                           | ab
                    //                            | ''
                    ñ                             | ''
                    """)
    void nameIsDerivedFromTheCommand(String words, String name) {
        assertThat(Names.fromCommand(List.of(words.split(";", -1)))).isEqualTo(name);
    }

    @Test
    void onlySpacesSeparate_otherWhiteSpaceIsDropped() {
        assertThat(Names.fromCommand(List.of("a\tb\nc"))).isEqualTo("abc");
        assertThat(Names.fromCommand(List.of(""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-b_9", "-", "_", "--x"})
    void lockName(String text) {
        assertThat(Names.isLockName(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a.b", "a@b", "a:b", "a,b", "ñ", "a\n", "a\r", "\na", "a\u0085", "a\u2028", "٣"})
    void notALockName(String text) {
        assertThat(Names.isLockName(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "me@host.example", "a-b_c.9"})
    void clientId(String text) {
        assertThat(Names.isClientId(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a%b", "a\n", "a,b"})
    void notAClientId(String text) {
        assertThat(Names.isClientId(text)).isFalse();
    }
}

package io.github.jlamadsla.examples.chat;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class EntryTest {

    static Stream<Arguments> lines() {
        return Stream.of(arguments("", new Entry.Blank()), arguments(" \t ", new Entry.Blank()),
                arguments("Hi there", new Entry.Message("Hi there")),
                arguments("  Hi\nthere  ", new Entry.Message("Hi\nthere")),
                arguments("/level 4", new Entry.Level("4")),
                arguments("/level  auto ", new Entry.Level("auto")),
                arguments("/level 1 2", new Entry.Level("1 2")),
                arguments("/level", new Entry.Level("")),
                arguments("/stats", new Entry.Stats()), arguments("/reset ", new Entry.Reset()),
                arguments("/help me", new Entry.Help()),
                arguments("/quit", new Entry.Unknown("/quit")), arguments("/", new Entry.Unknown("/")),
                arguments("/Level 4", new Entry.Unknown("/Level")),
                arguments("/etc/passwd is what?", new Entry.Message("/etc/passwd is what?")),
                arguments(" /level 4", new Entry.Message("/level 4")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineIsAMessageOrACommand(String line, Entry entry) {
        assertThat(Entry.parse(line)).isEqualTo(entry);
    }
}

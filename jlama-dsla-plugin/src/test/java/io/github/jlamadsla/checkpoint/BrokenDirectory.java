package io.github.jlamadsla.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.jlamadsla.testing.TestModels;

/**
 * One way in which a directory can be wrong.
 *
 * @param name for the report
 * @param model the valid directory it starts from
 * @param damage what is done to it
 * @param file the file that must be named, relative to the directory
 * @param said parts of the message: key, value, what is allowed
 */
record BrokenDirectory(String name, TestModels model, Consumer<Path> damage, String file, String... said) {

    static final TestModels FOLDING = TestModels.llama().folding(1, 2);
    static final TestModels SHARDED = TestModels.llama().shards(3).folding(1, 2);
    static final TestModels RELEASED = TestModels.llama().released(1, 2);
    static final TestModels WIDE_RELEASED = TestModels.llama().wideReleased(1, 2);
    static final TestModels AUTHORS = TestModels.llama().authorsStyle(1);
    static final TestModels UNTIED = TestModels.llama().untied().folding(1, 2);
    static final TestModels WINDOW = TestModels.llama().window(64, 3).folding(1, 0);

    static List<BrokenDirectory> all() {
        return Stream.of(BrokenFiles.all(), BrokenBases.all(), BrokenDsla.all()).flatMap(List::stream).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}

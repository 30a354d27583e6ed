package io.github.jlamadsla.examples.chat;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.jline.terminal.TerminalBuilder;

import io.github.jlamadsla.examples.Checkout;
import io.github.jlamadsla.gguf.GgufImporter;

/**
 * What the program meets where it runs.
 *
 * @param in lines, where it is no terminal
 * @param folders where the user's files go
 * @param importer of GGUF files
 */
record ChatHost(InputStream in, Output out, UserFolders folders, ModelCache.Importer importer) {

    static ChatHost ofProcess() {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal(); // input and output both
        PrintStream out = Output.utf8(new FileOutputStream(FileDescriptor.out));
        PrintStream err = Output.utf8(new FileOutputStream(FileDescriptor.err));
        return new ChatHost(new FileInputStream(FileDescriptor.in),
                terminal ? Output.terminal(out, err, mayDim(System.getenv())) : Output.piped(out, err),
                UserFolders.ofProcess(), GgufImporter::run);
    }

    /** Not where the user wants no colours, by the convention of no-color.org, or where the terminal knows no escapes. */
    static boolean mayDim(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** The user's lines, from now on: Ctrl-C has ended the program up to here. */
    Lines lines() throws IOException {
        if (!out.isTerminal()) {
            return new PipedLines(in);
        }
        Optional<Path> history = HistoryFile.in(folders.state());
        if (history.isEmpty()) {
            out.note("lines are not remembered: " + folders.state() + " cannot be written");
        }
        return new TerminalLines(TerminalBuilder.builder().system(true).dumb(true).encoding(StandardCharsets.UTF_8)
                .build(), history.orElse(null), out);
    }

    /** The directory of the model, imported first if it must be; says which it is. */
    Path directory(ModelSource source) {
        return switch (source) {
            case ModelSource.Directory(Path path, String introduction) -> {
                out.note(introduction);
                yield path;
            }
            case ModelSource.Gguf(Path file) -> new ModelCache(folders.cache(), importer, ChatHost::placeLayers)
                    .directory(file, out);
        };
    }

    private static boolean placeLayers(Path model) {
        return Checkout.find(Path.of("examples", "smollm2-dsla"), DslaLayers::isFolder)
                .map(layers -> DslaLayers.place(model, layers))
                .orElse(false);
    }
}

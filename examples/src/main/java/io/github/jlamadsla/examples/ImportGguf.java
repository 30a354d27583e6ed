package io.github.jlamadsla.examples;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.jlamadsla.gguf.GgufImporter;
import io.github.jlamadsla.gguf.ImportOptions;
import io.github.jlamadsla.safetensors.DType;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * Makes a model directory out of a GGUF file. Exit codes: 0 done, 1 failed, 2 wrong use or a file that is refused, 130
 * interrupted.
 */
@Command(name = ImportGguf.NAME, mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
    "Makes a model directory that Jlama and this engine read out of a GGUF file of a Llama.", ""}, footer = {"",
        "Exit codes: 0 done, 1 failed, 2 wrong use or a file that is refused, 130 interrupted."})
public final class ImportGguf implements Callable<Integer> {
    static final String NAME = "import-gguf";

    private static final Logger LOG = LoggerFactory.getLogger(ImportGguf.class);

    /** Types of weights as the option spells them. */
    enum Weights {
        BF16(DType.BF16), F32(DType.F32);

        private final DType type;

        Weights(DType type) {
            this.type = type;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Screen screen;
    private final LongSupplier nanoClock;

    @Parameters(paramLabel = "FILE", description = "The GGUF file.")
    private Path file;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "Directory to be made.")
    private Path target;

    @Option(names = "--weights", paramLabel = "TYPE", defaultValue = "bf16", description = "Type of the weights that are written: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Weights weights;

    @Option(names = "--dsla", paramLabel = "DIR", description = "A folder of DSLA layers made for this model, to be placed in the directory.")
    private Path dsla;

    @Option(names = "--overwrite", description = "Replace the directory if it is there, once the new one is complete.")
    private boolean overwrite;

    private ImportGguf(Screen screen, LongSupplier nanoClock) {
        this.screen = screen;
        this.nanoClock = nanoClock;
    }

    public static void main(String[] arguments) {
        Screen screen = Screen.ofProcess(NAME);
        Thread importer = Thread.currentThread();
        CleanEnd end = new CleanEnd();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            screen.interrupt();
            end.interruptAndWait(importer);
        }, "interrupted"));
        int exitCode = run(screen, System::nanoTime, arguments);
        screen.end();
        end.reached();
        System.exit(exitCode);
    }

    /** The program without what belongs to its process. */
    static int run(Screen screen, LongSupplier nanoClock, String... arguments) {
        CommandLine command = new CommandLine(new ImportGguf(screen, nanoClock));
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setOut(screen.writer());
        command.setParameterExceptionHandler((e, _) -> {
            screen.error(e.getMessage() + " (--help lists the options)");
            return ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, _, _) -> {
            LOG.debug("failed", e);
            screen.error(message(e));
            return e instanceof InvalidModelException || e.getCause() instanceof FileAlreadyExistsException
                    ? ExitCode.USAGE
                    : ExitCode.SOFTWARE;
        });
        return AskTheStory.exitCode(screen, () -> command.execute(arguments));
    }

    private static String message(Exception e) {
        if (e.getCause() instanceof FileAlreadyExistsException there) {
            return there.getFile() + " exists; allowed: a name that is free, or --overwrite";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    @Override
    public Integer call() {
        long begun = nanoClock.getAsLong();
        try (ByteProgress progress = screen.bytes("Importing")) {
            GgufImporter.run(file, target, new ImportOptions(weights.type, overwrite, dsla),
                    (_, done, total) -> progress.reached(done, total));
        }
        screen.line("%s: imported in %.1f s, weights in %s%s", target, (nanoClock.getAsLong() - begun) / 1e9, weights,
                Files.exists(target.resolve("dsla")) ? ", with DSLA layers" : "");
        return ExitCode.OK;
    }
}

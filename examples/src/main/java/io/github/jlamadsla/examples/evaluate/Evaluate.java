package io.github.jlamadsla.examples.evaluate;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.sun.management.OperatingSystemMXBean;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.jlamadsla.checkpoint.QualityPoint;
import io.github.jlamadsla.examples.DemoModel;
import io.github.jlamadsla.examples.Screen;
import io.github.jlamadsla.examples.UsageException;
import io.github.jlamadsla.examples.Version;
import io.github.jlamadsla.examples.WorkProgress;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.quality.ChatPrompts;
import io.github.jlamadsla.quality.FactChat;
import io.github.jlamadsla.quality.FactChatReader;
import io.github.jlamadsla.quality.MeasuredModel;
import io.github.jlamadsla.quality.QualityEntries;
import io.github.jlamadsla.quality.TokenText;
import io.github.jlamadsla.safetensors.InvalidModelException;

/**
 * Tells what each level costs in quality. Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted.
 */
@Command(name = "evaluate", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
    "Tells what each level of a model costs in quality: likelihood of a text and divergence from level 0, "
            + "hidden facts answered right, greedy answers to prompts beside those of level 0.",
    ""}, footer = {"", "At least one of --text, --hidden-facts and --prompts. Level 0 is always measured, since the "
            + "others are compared with it.",
        "", "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted."})
public final class Evaluate implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluate.class);
    private static final String DSLA_FOLDER = "dsla";
    private static final String NO_BEGIN_TOKEN = "none";

    private final Screen screen;
    private final Clock clock;
    private final List<String> arguments;

    @Parameters(paramLabel = "MODEL_DIR", description = "Model directory.")
    private Path model;

    @Option(names = "--text", paramLabel = "FILE", description = "A text to score: UTF-8, plain or gzip; documents separated by NUL.")
    private Path text;

    @Option(names = "--levels", paramLabel = "N", split = ",", description = "Levels. Default: 0, a quarter and half of the base layers, and all that can be converted.")
    private List<Integer> levels = new ArrayList<>();

    @Option(names = "--context", paramLabel = "N", split = ",", description = "Tokens of a block of the text. Default: 2048.")
    private List<Integer> contexts = new ArrayList<>();

    @Option(names = "--tokens", paramLabel = "N", defaultValue = "262144", description = "Tokens of the text at most. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Option(names = "--begin-token", paramLabel = "TEXT|ID", description = "Token that each document begins with, or '"
            + NO_BEGIN_TOKEN + "'. Default: the tokenizer's token that begins a text.")
    private String beginToken;

    @Option(names = "--hidden-facts", paramLabel = "FILE", description = "Chats about hidden facts, .jsonl or .jsonl.gz.")
    private Path hiddenFacts;

    @Option(names = "--chats", paramLabel = "N", description = "Chats of each set at most. Default: all.")
    private Integer chats;

    @Option(names = "--prompts", paramLabel = "FILE", description = "Chat prompts, one a line; examples/prompts.txt has a hundred.")
    private Path prompts;

    @Option(names = "--kv", paramLabel = "f32|f16", defaultValue = "f32", description = "Precision of cached keys and values. Default: ${DEFAULT-VALUE}.")
    private String kv;

    @Option(names = "--dsla", paramLabel = "FOLDER", description = "Folder of the DSLA layers in the model directory. Default: "
            + DSLA_FOLDER + ".")
    private String dsla;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: one per core.")
    private Integer threads;

    @Option(names = "--report", paramLabel = "FILE", description = "Where the Markdown report goes, with a chart beside it. Default: examples/target/evaluate.md.")
    private Path report;

    @Option(names = "--json", paramLabel = "FILE", description = "Where all numbers go as JSON. Default: nowhere.")
    private Path json;

    @Option(names = "--write-quality", description = "Write the levels' figures into the model's dsla_config.json, in place of those there; "
            + "needs --text and --context 2048,8192.")
    private boolean writeQuality;

    private Evaluate(Screen screen, Clock clock, List<String> arguments) {
        this.screen = screen;
        this.clock = clock;
        this.arguments = arguments;
    }

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        Screen screen = Screen.ofProcess("evaluate");
        Runtime.getRuntime().addShutdownHook(new Thread(screen::interrupt, "interrupted"));
        int exitCode = run(screen, Clock.systemUTC(), arguments);
        screen.end();
        System.exit(exitCode);
    }

    /** The program without what belongs to its process. */
    static int run(Screen screen, Clock clock, String... arguments) {
        CommandLine command = new CommandLine(new Evaluate(screen, clock, List.of(arguments)));
        command.setOut(screen.writer());
        command.setParameterExceptionHandler((e, _) -> {
            screen.error(e.getMessage() + " (--help lists the options)");
            return ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, _, _) -> {
            LOG.debug("failed", e);
            screen.error(e.getMessage() == null ? e.toString() : e.getMessage());
            return isWrongUse(e) ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        try {
            return command.execute(arguments);
        } catch (Error e) {
            LOG.debug("failed", e);
            screen.error(e.toString());
            return ExitCode.SOFTWARE;
        }
    }

    /** What the user gave cannot be used. */
    private static boolean isWrongUse(Exception e) {
        return e instanceof UsageException || e instanceof InvalidModelException
                || e instanceof IllegalArgumentException;
    }

    @Override
    public Integer call() {
        checkOptions();
        KvPrecision precision = precision();
        Path markdown = report == null ? OutputFiles.defaultReport(DemoModel.classes()) : report;
        OutputFiles.check("--report", markdown);
        if (json != null) {
            OutputFiles.check("--json", json);
        }
        try (MeasuredModel measured = open(precision)) {
            checkQualityCanBeWritten(measured);
            Inputs inputs = inputs(measured);
            inputs.check(measured);
            List<String> notes = notes(measured);
            RunDescription run = RunDescription.of(measured, precision, inputs.beginToken(), arguments, clock);
            screen.line("%s, levels %s: %s", run.model(), inputs.levels(), work(inputs));
            notes.forEach(note -> screen.line("%s", note));
            screen.line("");
            Results results = measure(measured, inputs);
            finish(markdown, run, results, notes);
            if (writeQuality) {
                writeQuality(measured, results);
            }
        }
        return ExitCode.OK;
    }

    private void checkOptions() {
        if (text == null && hiddenFacts == null && prompts == null) {
            throw new UsageException("nothing to measure; allowed: at least one of --text, --hidden-facts, --prompts");
        }
        for (Path file : new Path[]{text, hiddenFacts, prompts}) {
            if (file != null && !Files.isReadable(file)) {
                throw new UsageException(file + (Files.exists(file) ? " may not be read" : " does not exist"));
            }
        }
        for (int context : contexts) {
            if (context < 2) {
                throw new UsageException("--context has " + context + "; allowed: 2 or more");
            }
        }
        inRange("--tokens", tokens, TokenText.MOST_TOKENS);
        inRange("--chats", chats == null ? 1 : chats, Integer.MAX_VALUE);
        inRange("--threads", threads == null ? 1 : threads, 1_024);
        if (writeQuality && (text == null || !contexts.contains(QualityEntries.SHORT_CONTEXT)
                || !contexts.contains(QualityEntries.LONG_CONTEXT))) {
            throw new UsageException("--write-quality needs --text and --context " + QualityEntries.SHORT_CONTEXT + ","
                    + QualityEntries.LONG_CONTEXT + ": dsla_config.json has both");
        }
    }

    private static void inRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new UsageException(option + " is " + value + "; allowed: 1 "
                    + (most == Integer.MAX_VALUE ? "or more" : "to " + most));
        }
    }

    private KvPrecision precision() {
        return switch (kv.toLowerCase(Locale.ROOT)) {
            case "f32" -> KvPrecision.F32;
            case "f16" -> KvPrecision.F16;
            default -> throw new UsageException("--kv is " + kv + "; allowed: f32, f16");
        };
    }

    private MeasuredModel open(KvPrecision precision) {
        if (!DemoModel.isModel(model)) {
            throw new UsageException(model + " is no model; allowed: a directory with a config.json");
        }
        long half = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / 2;
        return MeasuredModel.open(model, new MeasuredModel.Options(dsla == null ? DSLA_FOLDER : dsla, dsla != null,
                precision, threads == null ? 0 : threads, half));
    }

    private void checkQualityCanBeWritten(MeasuredModel measured) {
        if (!writeQuality) {
            return;
        }
        Path file = measured.checkpoint().dsla().file();
        if (measured.checkpoint().dsla().baseFingerprints().isEmpty()) {
            throw new UsageException("--write-quality: " + model + " has no dsla_config.json to write into");
        }
        if (!Files.isWritable(file) || !Files.isWritable(file.toAbsolutePath().getParent())) {
            throw new UsageException("--write-quality: " + file + " may not be written");
        }
    }

    private Inputs inputs(MeasuredModel measured) {
        List<Integer> chosen = LevelChoice.of(levels, measured.model().order(), measured.model().config().layers());
        List<Integer> blocks = text == null
                ? List.of()
                : contexts.isEmpty()
                        ? List.of(QualityEntries.SHORT_CONTEXT)
                        : contexts.stream().distinct().sorted().toList();
        int begin = text == null ? TokenText.NO_TOKEN : beginToken(measured);
        int[] read = text == null ? null : TokenText.read(text, measured.codec(), begin, tokens);
        List<FactChat> facts = hiddenFacts == null
                ? List.of()
                : FactChatReader.read(hiddenFacts, measured.codec(), chats == null ? Integer.MAX_VALUE : chats);
        if (writeQuality) {
            QualityEntries.checkSets(facts.stream().map(FactChat::set).distinct().toList());
        }
        List<int[]> asked = prompts == null ? List.of() : ChatPrompts.read(prompts, measured.prompts());
        return new Inputs(chosen, blocks, read, begin, facts, asked);
    }

    private int beginToken(MeasuredModel measured) {
        String spelled = beginToken == null
                ? measured.checkpoint().directory().tokenizerConfig().bosToken()
                : beginToken;
        if (spelled == null || spelled.equals(NO_BEGIN_TOKEN)) {
            return TokenText.NO_TOKEN;
        }
        int size = measured.model().config().vocabularySize();
        int id = spelled.matches("[0-9]{1,9}") ? Integer.parseInt(spelled) : measured.codec().tokenId(spelled);
        if (id < 0 || id >= size) {
            throw new UsageException(
                    "--begin-token is " + spelled + "; allowed: a token of the tokenizer, an id of 0 to "
                            + (size - 1) + ", " + NO_BEGIN_TOKEN);
        }
        return id;
    }

    private static List<String> notes(MeasuredModel measured) {
        return measured.model().order().bottom() == 0
                ? List.of()
                : List.of(
                        "The checkpoint has no softmax weights for its DSLA layers, so it has no level 0: nothing can "
                                + "be compared with it, and there is no KL.");
    }

    private static String work(Inputs inputs) {
        List<String> parts = new ArrayList<>();
        for (int context : inputs.contexts()) {
            parts.add(String.format(Locale.ROOT, "%,d x %,d tokens of text", inputs.text().length / context, context));
        }
        if (!inputs.chats().isEmpty()) {
            parts.add(String.format(Locale.ROOT, "%,d chats", inputs.chats().size()));
        }
        if (!inputs.prompts().isEmpty()) {
            parts.add(String.format(Locale.ROOT, "%,d prompts", inputs.prompts().size()));
        }
        return String.join(", ", parts);
    }

    private Results measure(MeasuredModel measured, Inputs inputs) {
        try (WorkProgress progress = screen.work("measuring", inputs.work())) {
            // At once, so that hours of work are not lost with an interruption or a full disk.
            return Results.measure(measured, inputs, progress::done,
                    part -> Tables.lines(part).forEach(line -> screen.line("%s", line)));
        }
    }

    /** Numbers first: a picture needs fonts, which not every machine has. */
    private void finish(Path markdown, RunDescription run, Results results, List<String> notes) {
        if (json != null) {
            new JsonReport().write(json, run, results);
            screen.line("Numbers: %s", json);
        }
        MarkdownReport.write(markdown, run, results, drawn(OutputFiles.chart(markdown), results), notes);
        screen.line("Report: %s", markdown);
    }

    /** The picture, or null if there is none. */
    private Path drawn(Path chart, Results results) {
        try {
            return LevelChart.write(chart, results) ? chart : null;
        } catch (RuntimeException | LinkageError | InternalError e) {
            LOG.debug("failed", e);
            screen.line("No chart could be drawn: %s", e.getMessage());
            return null;
        }
    }

    private void writeQuality(MeasuredModel measured, Results results) {
        Path file = measured.checkpoint().dsla().file();
        List<QualityPoint> points = QualityEntries.of(results.texts(), results.facts());
        QualityEntries.write(file, measured.checkpoint().config(), points);
        screen.line("Quality: %s now has levels %s; before: %s", file, levels(points),
                levels(measured.checkpoint().dsla().quality()));
    }

    private static List<Integer> levels(List<QualityPoint> points) {
        return points.stream().map(QualityPoint::level).toList();
    }
}

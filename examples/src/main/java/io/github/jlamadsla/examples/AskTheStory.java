package io.github.jlamadsla.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * Hides facts in a long story, has a small model read it at several levels, asks for the facts, and shows what each
 * level cost. Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted.
 */
@Command(name = "ask-the-story", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
    "Hides facts in a long story, has a small model read it with none or some of its attention "
            + "layers served as dual-state linear attention, asks for the facts, and shows what each level cost "
            + "in time and memory.",
    ""}, footer = {"", "Without --text and --question: one question per level about stories of 2,000, 4,000 and 8,000 "
            + "tokens. With --text alone facts are hidden in that text and asked for. With --question alone it is "
            + "asked of an 8,000-token story, and the facts hidden there are listed.",
        "", "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted."})
public final class AskTheStory implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(AskTheStory.class);

    private final Screen screen;

    @Option(names = "--text", paramLabel = "FILE", description = "A text of your own, UTF-8.")
    private Path text;

    @Option(names = "--question", paramLabel = "TEXT", description = "A question of your own.")
    private String question;

    @Option(names = "--level", paramLabel = "N", split = ",", description = "Ask at these levels: how many layers are served as DSLA. Default: 0,2,4,6.")
    private List<Integer> levels = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Draws the story, the facts and the questions. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--first-question", description = "Ask for hidden facts at once. Default: each chat has a question "
            + "about another fact, with its right answer, before the one that counts, since asked at once the demo "
            + "model confuses some jobs, at level 0 too.")
    private boolean firstQuestion;

    @Option(names = "--model", paramLabel = "DIR", description = "Model directory. Default: the demo model.")
    private Path model;

    @Option(names = "--dsla", paramLabel = "DIR", description = "Folder of the DSLA layers in the model directory. Default: dsla.")
    private String dsla;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute. Default: one per core.")
    private Integer threads;

    @Option(names = "--chart", paramLabel = "FILE", description = "Where the chart goes, as PNG. Default: examples/target/ask-the-story.png; none for a text or "
            + "question of your own.")
    private Path chart;

    private AskTheStory(Screen screen) {
        this.screen = screen;
    }

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        Screen screen = Screen.ofProcess("ask-the-story");
        Runtime.getRuntime().addShutdownHook(new Thread(screen::interrupt, "interrupted"));
        int exitCode = run(screen, arguments);
        screen.end();
        System.exit(exitCode);
    }

    /** The program without what belongs to its process. */
    static int run(Screen screen, String... arguments) {
        CommandLine command = new CommandLine(new AskTheStory(screen));
        command.setOut(screen.writer());
        command.setParameterExceptionHandler((e, _) -> {
            screen.error(e.getMessage() + " (--help lists the options)");
            return ExitCode.USAGE;
        });
        command.setExecutionExceptionHandler((e, _, _) -> {
            LOG.debug("failed", e);
            screen.error(e.getMessage() == null ? e.toString() : e.getMessage());
            return e instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        return exitCode(screen, () -> command.execute(arguments));
    }

    /** What picocli lets pass, such as an end of memory, is one line as well. */
    static int exitCode(Screen screen, IntSupplier program) {
        try {
            return program.getAsInt();
        } catch (Error e) {
            LOG.debug("failed", e);
            screen.error(e.toString());
            return ExitCode.SOFTWARE;
        }
    }

    @Override
    public Integer call() {
        if (question != null && question.isBlank()) {
            throw new UsageException("--question is blank; allowed: a question");
        }
        String own = text == null ? null : TextFile.read(text);
        Path picture = chart();
        try (StoryModel opened = ChatStoryModel.open(model == null ? DemoModel.find() : model, dsla, threads)) {
            Outcomes outcomes = ask(opened, Levels.of(levels, opened.order()), own);
            CostTable.lines(outcomes).forEach(line -> screen.line("%s", line));
            if (picture != null) {
                CostChart.write(outcomes, picture);
                screen.line("%nChart: %s", picture);
            }
        }
        return ExitCode.OK;
    }

    private Outcomes ask(StoryModel opened, List<Integer> asked, String own) {
        if (question != null) {
            QuestionRun run = new QuestionRun(opened, screen, asked);
            return own == null ? run.askStory(seed, DemoModel.story(), question) : run.ask(own, question);
        }
        StoryRun run = new StoryRun(opened, screen, seed, asked, firstQuestion);
        return own == null ? run.askCut(DemoModel.story()) : run.askWhole(own);
    }

    /** Where to draw, checked before anything takes time; null: nowhere. */
    private Path chart() {
        if (chart == null) {
            return text == null && question == null ? CostChart.defaultFile(DemoModel.classes()) : null;
        }
        CostChart.check(chart);
        return chart;
    }
}

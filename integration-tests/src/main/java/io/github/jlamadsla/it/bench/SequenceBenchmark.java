package io.github.jlamadsla.it.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.Kernels;
import io.github.jlamadsla.kernel.KvLayout;
import io.github.jlamadsla.kernel.KvPages;
import io.github.jlamadsla.kernel.KvPrecision;
import io.github.jlamadsla.kernel.MachineCeilings;
import io.github.jlamadsla.kernel.Recurrence;
import io.github.jlamadsla.kernel.RowOps;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.TiledSoftmax;
import io.github.jlamadsla.kernel.Visible;
import io.github.jlamadsla.kernel.Workers;

/**
 * The kernels along a sequence, on one thread: tiled softmax attention of one KV head, the dual-state recurrence of one
 * state head, and what is done row by row. The multiply-add rate beside each figure is of the same JVM.
 */
public class SequenceBenchmark {

    private static final String CEILINGS = "jlamadsla.bench.ceilings";

    /** Long enough for the compiler to be done with the loop, also where others keep the processor busy. */
    private static final Duration CEILING_TIME = Duration.ofMillis(600);

    /** What the kernels share: random input, memory, and the machine's ceiling. */
    @State(Scope.Benchmark)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
    @Measurement(iterations = 9, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    @Fork(1)
    public abstract static class Kernel {

        final Random random = new Random(1);
        final Kernels kernels = KernelChooser.choose(false);
        Arena arena;

        @Setup(Level.Trial)
        public void setUp(BenchmarkParams params) throws IOException {
            arena = Arena.ofShared();
            prepare();
            writeCeiling(params);
        }

        @TearDown(Level.Trial)
        public void tearDown(BenchmarkParams params) throws IOException {
            arena.close();
            writeCeiling(params);
        }

        abstract void prepare();

        Rows gaussian(int rows, int n) {
            float[] x = new float[rows * n];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            return Rows.of(x, n);
        }

        private static void writeCeiling(BenchmarkParams params) throws IOException {
            String file = System.getProperty(CEILINGS);
            if (file != null) {
                try (Workers workers = Workers.callerOnly()) {
                    double gflops = new MachineCeilings(workers, System::nanoTime).fmaGflops(CEILING_TIME);
                    Files.writeString(Path.of(file), gflops + " " + key(params) + "\n", StandardOpenOption.APPEND);
                }
            }
        }
    }

    /** The newest tokens of a context attend to all of it; 4 operations per row, key and element. */
    public static class Attention extends Kernel {
        private static final int HEAD_SIZE = 64;

        @Param({"F16", "F32"})
        public KvPrecision precision;

        @Param({"2048", "8192"})
        public int context;

        @Param({"2", "4"})
        public int group;

        @Param({"1", "4", "8", "16", "64"})
        public int tokens;

        private KvPages pages;
        private Rows q; // [tokens][group][headSize]
        private Rows out;
        private TiledSoftmax.Scratch scratch;

        @Override
        void prepare() {
            KvLayout layout = new KvLayout(1, HEAD_SIZE, precision);
            MemorySegment[] memory = new MemorySegment[context / KvLayout.POSITIONS];
            Arrays.setAll(memory, i -> page(layout));
            pages = new KvPages() {
                @Override
                public KvLayout layout() {
                    return layout;
                }

                @Override
                public MemorySegment page(int index) {
                    return memory[index];
                }
            };
            q = gaussian(tokens, group * HEAD_SIZE);
            out = gaussian(tokens, group * HEAD_SIZE);
            scratch = kernels.softmax().newScratch();
        }

        private MemorySegment page(KvLayout layout) {
            MemorySegment page = arena.allocate(layout.pageBytes(), 64);
            for (long i = 0; i < layout.pageBytes() / layout.precision().bytes(); i++) {
                float x = (float) random.nextGaussian();
                switch (layout.precision()) {
                    case F16 -> page.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(x));
                    case F32 -> page.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
                }
            }
            return page;
        }

        @Benchmark
        public float[] attention() {
            kernels.softmax().attend(q, tokens, group, 0.125f, context - tokens, Visible.ALL, pages, 0, out,
                    scratch);
            return out.data();
        }

        static double flops(BenchmarkParams p) {
            double tokens = number(p, "tokens");
            return 4 * HEAD_SIZE * number(p, "group") * tokens * (number(p, "context") - (tokens - 1) / 2);
        }
    }

    /**
     * Tokens of one state head. Counted as 2 operations for each of the fewest vector instructions per element of a
     * state's half: three for the update (a product shared by both states, two multiply-adds), for reading 2 with one
     * query head, 2 and one per query head with more.
     */
    public static class StateUpdate extends Kernel {

        @Param({"64", "128"})
        public int headSize;

        @Param({"0", "1", "2", "4"})
        public int queryHeads;

        @Param({"1", "64", "512"})
        public int tokens;

        private MemorySegment state;
        private Recurrence.Head head;
        private Recurrence.Tokens input;
        private Recurrence.Scratch scratch;

        @Override
        void prepare() {
            state = arena.allocate(8L * headSize * headSize, 64);
            head = new Recurrence.Head(headSize, headSize, queryHeads, 0.125f, 0.5f, 0.5f);
            input = new Recurrence.Tokens(tokens, gaussian(tokens, headSize), gaussian(tokens, headSize), decays(),
                    decays(), gaussian(tokens, queryHeads * headSize), gaussian(tokens, queryHeads * headSize));
            scratch = kernels.recurrence().newScratch();
        }

        private Rows decays() {
            Rows d = gaussian(tokens, headSize);
            for (int i = 0; i < d.data().length; i++) {
                d.data()[i] = 0.9f + 0.0999f * random.nextFloat();
            }
            return d;
        }

        @Benchmark
        public float[] recurrence() {
            kernels.recurrence().run(state, 0, head, input, scratch);
            return input.out().data();
        }

        static double flops(BenchmarkParams p) {
            double queryHeads = number(p, "queryHeads");
            double reading = queryHeads == 0 ? 0 : queryHeads == 1 ? 2 : 2 + queryHeads;
            return 2 * (3 + reading) * number(p, "tokens") * Math.pow(number(p, "headSize"), 2);
        }
    }

    /** Rows of a batch. Operations per element, those of the polynomials counted, a multiply-add as two. */
    public static class RowByRow extends Kernel {
        private static final int SIZE = 1024;
        private static final Map<String, Integer> OPERATIONS = Map.of("rmsNorm", 4, "siluMultiply", 26, "logGates", 38,
                "decays", 22);

        @Param({"1", "64"})
        public int rows;

        private RowOps ops;
        private Rows x;
        private Rows y;
        private Rows out;
        private float[] weight;

        @Override
        void prepare() {
            ops = kernels.rowOps();
            x = gaussian(rows, SIZE);
            y = gaussian(rows, SIZE);
            out = gaussian(rows, SIZE);
            weight = gaussian(1, SIZE).data();
        }

        @Benchmark
        public float[] rmsNorm() {
            ops.rmsNorm(x, rows, weight, 1e-5f, out);
            return out.data();
        }

        @Benchmark
        public float[] siluMultiply() {
            ops.siluMultiply(x, y, rows, SIZE, out);
            return out.data();
        }

        @Benchmark
        public float[] logGates() {
            ops.logGates(x, rows, SIZE, weight, 0, 16, -1, out);
            return out.data();
        }

        @Benchmark
        public float[] decays() {
            ops.decays(x, rows, SIZE, out);
            return out.data();
        }

        static double flops(BenchmarkParams p) {
            return OPERATIONS.get(kernel(p)) * number(p, "rows") * SIZE;
        }
    }

    /**
     * Runs and prints a table, then one JSON line for each figure.
     *
     * @param args {@code output=FILE} also writes the JSON lines there; {@code kernel=attention} (or recurrence,
     *        rmsNorm, siluMultiply, logGates, decays) runs one kernel; any {@code parameter=A,B,...} narrows the run
     */
    public static void main(String[] args) throws IOException, RunnerException {
        Path output = null;
        Path ceilings = Files.createTempFile("ceilings", ".txt");
        ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true).jvmArgsAppend("--add-modules",
                "jdk.incubator.vector", "-D" + CEILINGS + "=" + ceilings);
        String kernel = "\\w+";
        for (String arg : args) {
            String[] pair = arg.split("=", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException(arg + ": expected name=value");
            }
            switch (pair[0]) {
                case "output" -> output = Path.of(pair[1]);
                case "kernel" -> kernel = pair[1];
                default -> options.param(pair[0], pair[1].split(","));
            }
        }
        options.include(SequenceBenchmark.class.getName() + "\\.\\w+\\." + kernel + "$");
        try {
            List<SequenceFigure> figures = figures(new Runner(options.build()).run(),
                    Files.readAllLines(ceilings, StandardCharsets.US_ASCII));
            print(figures, output);
        } finally {
            Files.deleteIfExists(ceilings);
        }
    }

    private static void print(List<SequenceFigure> figures, Path output) throws IOException {
        System.out.println(SequenceFigure.header());
        figures.forEach(f -> System.out.println(f.row()));
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (SequenceFigure figure : figures) {
            lines.add(json.writeValueAsString(figure));
        }
        lines.forEach(System.out::println);
        if (output != null) {
            Files.write(output, lines);
        }
    }

    private static List<SequenceFigure> figures(Iterable<RunResult> results, List<String> ceilings) {
        Map<String, Double> byKey = new HashMap<>();
        for (String line : ceilings) {
            String[] pair = line.split(" ", 2);
            byKey.merge(pair[1], Double.valueOf(pair[0]), Math::max);
        }
        List<SequenceFigure> figures = new ArrayList<>();
        for (RunResult result : results) {
            BenchmarkParams p = result.getParams();
            double[] nanos = result.getAggregatedResult().getIterationResults().stream()
                    .mapToDouble(r -> r.getPrimaryResult().getScore()).sorted().toArray();
            figures.add(SequenceFigure.of(kernel(p), shape(p), flops(p), nanos, byKey.get(key(p))));
        }
        return figures;
    }

    private static double flops(BenchmarkParams p) {
        return switch (kernel(p)) {
            case "attention" -> Attention.flops(p);
            case "recurrence" -> StateUpdate.flops(p);
            default -> RowByRow.flops(p);
        };
    }

    private static String kernel(BenchmarkParams p) {
        return p.getBenchmark().substring(p.getBenchmark().lastIndexOf('.') + 1);
    }

    private static String shape(BenchmarkParams p) {
        return p.getParamsKeys().stream().sorted().map(k -> k + "=" + p.getParam(k)).collect(Collectors.joining(" "));
    }

    private static String key(BenchmarkParams p) {
        return kernel(p) + " " + shape(p);
    }

    private static double number(BenchmarkParams p, String name) {
        return Double.parseDouble(p.getParam(name));
    }
}

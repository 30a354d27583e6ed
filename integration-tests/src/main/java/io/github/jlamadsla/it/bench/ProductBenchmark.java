package io.github.jlamadsla.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

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
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.jlamadsla.kernel.KernelChooser;
import io.github.jlamadsla.kernel.MachineCeilings;
import io.github.jlamadsla.kernel.MatMul;
import io.github.jlamadsla.kernel.PackedWeights;
import io.github.jlamadsla.kernel.RawMatrix;
import io.github.jlamadsla.kernel.Rows;
import io.github.jlamadsla.kernel.SpinningWorkers;
import io.github.jlamadsla.kernel.WeightType;
import io.github.jlamadsla.kernel.Workers;

/**
 * Products by format, shape, rows and threads, as a model runs them: each call takes the next of many matrices, together
 * larger than any cache, so that few rows are bound by reading weights from memory. Beside each figure stand the
 * ceilings measured in the same JVM and the bound min(multiply-add rate, rows x weights read per second) (DESIGN
 * section 6).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 9, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ProductBenchmark {

    private static final String CEILINGS = "jlamadsla.bench.ceilings";
    private static final long WEIGHT_BYTES = 192L << 20;

    @Param({"F32", "BF16"})
    public WeightType format;

    /** Outputs x inputs. */
    @Param({"1024x1024", "3072x1024"})
    public String shape;

    @Param({"1", "2", "4", "8", "16", "64", "512"})
    public int rows;

    @Param({"1", "2"})
    public int threads;

    private Arena arena;
    private Workers workers;
    private MatMul matMul;
    private PackedWeights[] weights;
    private float[] a; // [rows][k]
    private float[] c; // [rows][n]
    private int next;

    /** What JMH is asked for and what it may be narrowed to on the command line. */
    private record Selection(Path output, List<String> params, int millis) {

        static Selection of(String[] args) {
            Path output = null;
            List<String> params = new ArrayList<>();
            int millis = 0;
            for (String arg : args) {
                String[] pair = arg.split("=", 2);
                switch (pair[0]) {
                    case "output" -> output = Path.of(pair[1]);
                    case "millis" -> millis = Integer.parseInt(pair[1]);
                    case "format", "shape", "rows", "threads" -> params.add(arg);
                    default -> throw new IllegalArgumentException(
                            arg + ": expected output=FILE, millis=N, or format, shape, rows, threads=A,B,...");
                }
            }
            return new Selection(output, params, millis);
        }
    }

    @Setup(Level.Trial)
    public void setUp() throws IOException {
        workers = new SpinningWorkers(threads);
        MachineCeilings ceilings = new MachineCeilings(workers, System::nanoTime);
        double gflops = ceilings.fmaGflops(Duration.ofMillis(300));
        double gbps = ceilings.readGbps(WEIGHT_BYTES, Duration.ofMillis(400));
        String file = System.getProperty(CEILINGS);
        if (file != null) {
            Files.writeString(Path.of(file), gflops + " " + gbps + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        matMul = KernelChooser.choose(false).matMul();
        arena = Arena.ofShared();
        int n = outputs(shape);
        int k = inputs(shape);
        RawMatrix raw = random(format, n, k);
        weights = new PackedWeights[(int) Math.ceilDiv(WEIGHT_BYTES, (long) n * k * format.bytes())];
        Arrays.setAll(weights, i -> matMul.pack(List.of(raw), arena));
        a = new float[rows * k];
        Random random = new Random(1);
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) random.nextGaussian();
        }
        c = new float[rows * n];
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        workers.close();
        arena.close();
    }

    @Benchmark
    public float[] product() {
        next = next + 1 == weights.length ? 0 : next + 1;
        PackedWeights w = weights[next];
        matMul.multiply(workers, Rows.of(a, w.columns()), rows, w, Rows.of(c, w.rows()));
        return c;
    }

    /**
     * Runs and prints a table, then one JSON line for each figure.
     *
     * @param args {@code output=FILE} also writes the JSON lines there; {@code millis=N} sets the time of an iteration;
     *        {@code format=}, {@code shape=}, {@code rows=}, {@code threads=} narrow the run to the values listed
     */
    public static void main(String[] args) throws IOException, RunnerException {
        Selection selection = Selection.of(args);
        Path ceilings = Files.createTempFile("ceilings", ".txt");
        try {
            List<ProductFigure> figures = figures(run(selection, ceilings),
                    Files.readAllLines(ceilings, StandardCharsets.US_ASCII));
            System.out.println(ProductFigure.header());
            figures.forEach(f -> System.out.println(f.row()));
            ObjectMapper json = new ObjectMapper();
            List<String> lines = new ArrayList<>();
            for (ProductFigure figure : figures) {
                lines.add(json.writeValueAsString(figure));
            }
            lines.forEach(System.out::println);
            if (selection.output() != null) {
                Files.write(selection.output(), lines);
            }
        } finally {
            Files.deleteIfExists(ceilings);
        }
    }

    /** In the order in which JMH ran them, which is that of the ceilings. */
    private static List<RunResult> run(Selection selection, Path ceilings) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder().include(ProductBenchmark.class.getName())
                .shouldFailOnError(true)
                .jvmArgsAppend("--add-modules", "jdk.incubator.vector", "-D" + CEILINGS + "=" + ceilings);
        for (String param : selection.params()) {
            String[] pair = param.split("=", 2);
            options.param(pair[0], pair[1].split(","));
        }
        if (selection.millis() > 0) {
            options.warmupTime(TimeValue.milliseconds(selection.millis()))
                    .measurementTime(TimeValue.milliseconds(selection.millis()));
        }
        return List.copyOf(new Runner(options.build()).run());
    }

    private static List<ProductFigure> figures(List<RunResult> results, List<String> ceilings) {
        if (results.size() != ceilings.size()) {
            throw new UncheckedIOException(new IOException(
                    results.size() + " results but " + ceilings.size() + " ceilings"));
        }
        List<ProductFigure> figures = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            RunResult result = results.get(i);
            String[] ceiling = ceilings.get(i).split(" ");
            WeightType format = WeightType.valueOf(result.getParams().getParam("format"));
            String shape = result.getParams().getParam("shape");
            int rows = Integer.parseInt(result.getParams().getParam("rows"));
            double flops = 2.0 * rows * outputs(shape) * inputs(shape);
            double[] gflops = result.getAggregatedResult().getIterationResults().stream()
                    .mapToDouble(r -> flops / r.getPrimaryResult().getScore()).sorted().toArray();
            figures.add(ProductFigure.of(format.name().toLowerCase(Locale.ROOT), format.bytes(), rows,
                    outputs(shape), inputs(shape), Integer.parseInt(result.getParams().getParam("threads")), gflops,
                    Double.parseDouble(ceiling[0]), Double.parseDouble(ceiling[1])));
        }
        return figures;
    }

    private static RawMatrix random(WeightType type, int n, int k) {
        Random random = new Random(2);
        float[] values = new float[n * k];
        short[] upper = new short[n * k];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
            upper[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
        }
        MemorySegment data = type == WeightType.BF16 ? MemorySegment.ofArray(upper) : MemorySegment.ofArray(values);
        return new RawMatrix(data, type, n, k);
    }

    private static int outputs(String shape) {
        return Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    }

    private static int inputs(String shape) {
        return Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    }
}

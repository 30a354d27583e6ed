package io.github.jlamadsla.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Turns the reports of a thorough run ({@code -Pthorough}) into figures: of each test class that is one, whether all it
 * checks held.
 */
public final class ThoroughFigures {
    /** Begins a line of a test's output that belongs to its figure: then a name, an equals sign and a number. */
    public static final String DETAIL = "@detail ";

    private static final String MANY = "Many requests at once, right to the bit";
    private static final String SERVE = "SERVE: levels that follow the load, budgets that hold, prefixes that are read once";
    private static final String COMMAND = "integration-tests/run-benchmark thorough ";

    /** What each class shows, by its name. */
    private static final List<Shown> ALL = List.of(
            new Shown(MANY, "jlama-dsla-plugin", "io.github.jlamadsla.engine.ManyRequestsTest",
                    "2,000 greedy requests from 8 threads to a tiny model, prompts of 1 to 4,000 tokens, levels, raises, "
                            + "cancels and failing callbacks, at 1, 2 and 4 worker threads: runs in which every finished "
                            + "answer was the one given alone and all memory came back"),
            new Shown(MANY, "jlama-dsla-plugin", "io.github.jlamadsla.engine.ManyDemoRequestsTest",
                    "200 greedy requests from 8 threads to the demo model, prompts of up to 4,000 tokens, levels 0 to 6, "
                            + "raises, cancels and failing callbacks: runs in which every finished answer was the one "
                            + "given alone and all memory came back"),
            new Shown(MANY, "integration-tests", "io.github.jlamadsla.it.load.SoakTest",
                    "ten minutes of mixed load: checks that heap, memory of the process, threads and file handles stayed "
                            + "flat, and the tests of those checks"),
            new Shown(SERVE, "integration-tests", "io.github.jlamadsla.it.load.ServeSoakTest",
                    "an hour of saturation: runs in which callers and engine counted the same requests and none was lost, "
                            + "answers compared were those given alone, the bytes allocated were those counted and "
                            + "within the budget, and heap, memory of the process, threads and file handles stayed flat"));

    private ThoroughFigures() {}

    /**
     * What a class shows.
     *
     * @param module that its report is in
     */
    private record Shown(String issue, String module, String test, String claim) {

        String name() {
            return test.substring(test.lastIndexOf('.') + 1);
        }
    }

    /** @param names simple names of the classes that ran; their figures are appended to the results */
    public static void main(String[] names) {
        Path root = Path.of(System.getProperty("jlamadsla.root"));
        new Figures(root.resolve("integration-tests/results/figures.jsonl"))
                .append(of(root, List.of(names), Ceilings.measure()));
    }

    /**
     * The figures of classes that ran.
     *
     * @throws IllegalArgumentException if a name is none of a thorough class, or its report is missing or of a short run
     */
    static List<Figure> of(Path root, List<String> names, Ceilings ceilings) {
        List<Figure> figures = new ArrayList<>();
        for (String name : names) {
            Shown shown = ALL.stream().filter(each -> each.name().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            name + " is no thorough test; allowed: " + ALL.stream().map(Shown::name).toList()));
            RunContext run = RunContext.here(shown.issue(), COMMAND + name, root, ceilings, Clock.systemUTC());
            figures.add(figure(run, shown, root
                    .resolve(shown.module() + "/target/surefire-reports/TEST-" + shown.test() + ".xml")));
        }
        return figures;
    }

    private static Figure figure(RunContext run, Shown shown, Path report) {
        Element suite = read(report);
        if (properties(suite).noneMatch(property -> property.getAttribute("name").equals("jlamadsla.thorough")
                && property.getAttribute("value").equals("true"))) {
            throw new IllegalArgumentException(report + " is of a short run; allowed: one with -Pthorough");
        }
        double tests = number(suite, "tests");
        double held = tests - number(suite, "failures") - number(suite, "errors") - number(suite, "skipped");
        return run.figure(shown.claim() + ", percent", Target.atLeast(100),
                new Measured(100 * held / tests, 0, "%", 1),
                details(suite, Map.of("runs", tests, "seconds", number(suite, "time"))), "");
    }

    /** What the report says of itself, and the lines of the test's output that are numbers. */
    private static Map<String, Double> details(Element suite, Map<String, Double> known) {
        Map<String, Double> details = new TreeMap<>(known);
        NodeList outputs = suite.getElementsByTagName("system-out");
        for (int i = 0; i < outputs.getLength(); i++) {
            outputs.item(i).getTextContent().lines().filter(line -> line.startsWith(DETAIL))
                    .map(line -> line.substring(DETAIL.length()).split("=", 2))
                    .forEach(detail -> details.put(detail[0], Double.valueOf(detail[1])));
        }
        return details;
    }

    private static double number(Element suite, String attribute) {
        return Double.parseDouble(suite.getAttribute(attribute).replace(",", ""));
    }

    private static Stream<Element> properties(Element suite) {
        NodeList list = suite.getElementsByTagName("property");
        return Stream.iterate(0, i -> i < list.getLength(), i -> i + 1).map(i -> (Element) list.item(i));
    }

    private static Element read(Path report) {
        if (!Files.exists(report)) {
            throw new IllegalArgumentException(report + " is missing; allowed: the report of a thorough run");
        }
        try {
            return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile())
                    .getDocumentElement();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalArgumentException(report + " cannot be read: " + e.getMessage(), e);
        }
    }
}

package io.github.jlamadsla.langchain4j;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

/**
 * Runs LangChain4j's conformance tests and counts them: a test that no longer runs, by a changed flag or a changed kit,
 * fails here. The skipped ones need what {@link ChatModelConformance} declares unsupported. On the scripted model all
 * others run, on the demo model those that ask for no knowledge.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceKitTest {
    /** What any weights pass. */
    private static final Pattern NO_KNOWLEDGE = Pattern
            .compile("should_(fail_if|respect_maxOutputTokens|respect_common_parameters|cancel)_.*");

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private Future<EngineExecutionResults> streaming;
    private Future<EngineExecutionResults> streamingDemo;

    /** Together, for their tests of cancelling wait half a minute each for what must not come. */
    @BeforeAll
    void startTheSlowOnes() {
        streaming = threads.submit(() -> run(List.of(selectClass(StreamingChatModelConformance.class))));
        streamingDemo = threads.submit(() -> run(withoutKnowledge(DemoStreamingChatModelConformance.class)));
    }

    @AfterAll
    void stop() {
        threads.close();
    }

    @Test
    void chatModel() {
        assertRan(run(List.of(selectClass(ChatModelConformance.class))), 16, 17);
    }

    @Test
    void streamingChatModel() throws Exception {
        assertRan(streaming.get(), 20, 17);
    }

    @Test
    void chatModelListeners() {
        assertRan(run(List.of(selectClass(ChatModelListenerConformance.class))), 2, 0);
    }

    @Test
    void streamingChatModelListeners() {
        assertRan(run(List.of(selectClass(StreamingChatModelListenerConformance.class))), 2, 0);
    }

    @Test
    void chatModelWithDemoModel() {
        assertRan(run(withoutKnowledge(DemoChatModelConformance.class)), 11, 2);
    }

    @Test
    void streamingChatModelWithDemoModel() throws Exception {
        assertRan(streamingDemo.get(), 12, 2);
    }

    @Test
    void chatModelListenersWithDemoModel() {
        assertRan(run(List.of(selectClass(DemoChatModelListenerConformance.class))), 2, 0);
    }

    @Test
    void streamingChatModelListenersWithDemoModel() {
        assertRan(run(List.of(selectClass(DemoStreamingChatModelListenerConformance.class))), 2, 0);
    }

    private static List<DiscoverySelector> withoutKnowledge(Class<?> tests) {
        List<DiscoverySelector> selectors = new ArrayList<>();
        Set<String> seen = new TreeSet<>(); // an overridden test once
        for (Class<?> c = tests; c != Object.class; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                if (!method.isBridge() && NO_KNOWLEDGE.matcher(method.getName()).matches()
                        && seen.add(method.getName())) {
                    selectors.add(selectMethod(tests, method));
                }
            }
        }
        return selectors;
    }

    private static EngineExecutionResults run(List<? extends DiscoverySelector> tests) {
        return EngineTestKit.engine("junit-jupiter").selectors(tests.toArray(DiscoverySelector[]::new)).execute();
    }

    private static void assertRan(EngineExecutionResults run, int succeeded, int skipped) {
        assertThat(run.allEvents().failed().list()).isEmpty();
        assertThat(run.testEvents().succeeded().count()).as("tests that ran").isEqualTo(succeeded);
        // A skipped parameterised test is skipped as a container, before it has any test.
        assertThat(run.allEvents().skipped().count()).as("tests skipped").isEqualTo(skipped);
    }
}

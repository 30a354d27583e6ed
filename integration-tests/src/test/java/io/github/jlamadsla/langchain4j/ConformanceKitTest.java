package io.github.jlamadsla.langchain4j;

import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * Runs LangChain4j's conformance tests and counts them: a test that no longer runs, by a changed flag or a changed kit,
 * fails here. The skipped ones need what {@link ChatModelConformance} declares unsupported.
 */
class ConformanceKitTest {

    @Test
    void chatModel() {
        assertRuns(ChatModelConformance.class, 15, 18);
    }

    @Test
    void chatModelListeners() {
        assertRuns(ChatModelListenerConformance.class, 2, 0);
    }

    private static void assertRuns(Class<?> tests, int succeeded, int skipped) {
        EngineExecutionResults run = EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();

        assertThat(run.allEvents().failed().list()).isEmpty();
        assertThat(run.testEvents().succeeded().count()).as("tests that ran").isEqualTo(succeeded);
        // A skipped parameterised test is skipped as a container, before it has any test.
        assertThat(run.allEvents().skipped().count()).as("tests skipped").isEqualTo(skipped);
    }
}

package io.convergence.testkit.junit5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.s3.LocalStackS3;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class ConvergenceExtensionTest {
    @RegisterExtension
    final ConvergenceExtension convergence = ConvergenceExtension.inProcess();

    @RepeatedTest(3)
    void eachTestHasAnEmptyBucketOfItsOwn() {
        assertThat(convergence.store().listAll("")).isEmpty();

        convergence.store().put("left/behind", new byte[1], WriteCondition.none());

        assertThat(convergence.store().listAll("").map(ObjectStat::key)).containsExactly("left/behind");
        assertThat(convergence.s3Client().listBuckets().buckets())
                .as("the buckets of earlier tests are gone")
                .hasSize(1);
    }

    @Test
    void outsideATestThereIsNoBucket() {
        assertThatThrownBy(() -> ConvergenceExtension.inProcess().store())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no test is running");
    }

    @Test
    void withoutDockerOrTokenLocalStackTestsAreAbortedAndNeverPass() {
        Assumptions.assumeTrue(LocalStackS3.obstacle().isPresent(), "LocalStack can run here");

        TestExecutionSummary summary = run(NeedsLocalStack.class);

        assertThat(summary.getTestsFoundCount()).isEqualTo(2);
        assertThat(summary.getTestsAbortedCount()).isEqualTo(2);
        assertThat(summary.getTestsSucceededCount()).isZero();
        assertThat(summary.getTestsFailedCount()).isZero();
    }

    @Test
    void aStaticExtensionServesOneTestAtATime() {
        TestExecutionSummary summary = run(NestsTests.class);

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    }

    private static TestExecutionSummary run(Class<?> tests) {
        var listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    static class NeedsLocalStack {
        @RegisterExtension
        final ConvergenceExtension localStack = ConvergenceExtension.localStack();

        @Test
        void one() {
            localStack.store().put("a", new byte[1], WriteCondition.none());
        }

        @Test
        void two() {
            assertThat(localStack.store().listAll("")).isEmpty();
        }
    }

    static class NestsTests {
        @RegisterExtension
        static final ConvergenceExtension SHARED = ConvergenceExtension.inProcess();

        @Test
        void test() {
            TestExecutionSummary inner = run(InnerTests.class);

            assertThat(inner.getTestsSucceededCount()).isZero();
            assertThat(inner.getFailures())
                    .singleElement()
                    .satisfies(failure -> assertThat(failure.getException())
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("another test still uses this extension"));
            assertThat(SHARED.store().listAll("")).isEmpty();
        }
    }

    static class InnerTests {
        @RegisterExtension
        static final ConvergenceExtension SHARED = NestsTests.SHARED;

        @Test
        void test() {
            assertThat(SHARED.bucket()).isNotEmpty();
        }
    }
}

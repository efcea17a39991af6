package io.convergence.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpResponse;

class ServerClockTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final ServerClock clock = new ServerClock(nanos::get);

    @Test
    void itRunsOnFromTheLatestAnswerForAMinute() {
        clock.observe(answer("Mon, 23 Nov 2026 10:00:00 GMT"));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());

        assertThat(clock.now()).hasValue(Instant.parse("2026-11-23T10:00:05Z"));

        nanos.addAndGet(Duration.ofSeconds(56).toNanos());
        assertThat(clock.now()).isEmpty();
    }

    @Test
    void itKnowsNoTimeWithoutADate() {
        assertThat(clock.observe(SdkHttpResponse.builder().statusCode(200).build()))
                .isEmpty();
        assertThat(clock.observe(answer("yesterday"))).isEmpty();
        assertThat(clock.now()).isEmpty();
    }

    private static SdkHttpResponse answer(String date) {
        return SdkHttpResponse.builder().statusCode(200).putHeader("Date", date).build();
    }
}

package io.convergence.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3UriTest {
    @ParameterizedTest
    @CsvSource({
        "s3://my-bucket, my-bucket, ''",
        "s3://my-bucket/, my-bucket, ''",
        "s3://my.bucket.1/a/b, my.bucket.1, a/b",
        "s3://my-bucket/dt=2026-11-23/a b%20c?d#e/, my-bucket, dt=2026-11-23/a b%20c?d#e/",
        "s3://my-bucket//double, my-bucket, /double"
    })
    void bucketAndPrefixAreTakenAsTheyStand(String text, String bucket, String prefix) {
        assertThat(S3Uri.parse(text)).isEqualTo(new S3Uri(bucket, prefix));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bucket/key", "S3://bucket/key", "s3:/bucket", "s3a://bucket/key", "/tmp/x"})
    void otherSchemesAreRefused(String text) {
        assertThatThrownBy(() -> S3Uri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read '" + text + "' as a place in S3: it does not start with 's3://'.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"s3://", "s3:///key", "s3://ab/key", "s3://Upper/key", "s3://under_score/key", "s3://-lead/key"})
    void textsThatAreNoBucketNameAreRefused(String text) {
        assertThatThrownBy(() -> S3Uri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("S3 bucket names have 3 to 63");
    }

    @Test
    void itPrintsAsItParses() {
        assertThat(S3Uri.parse("s3://bucket/a/b?c")).hasToString("s3://bucket/a/b?c");
    }
}

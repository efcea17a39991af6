package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.mapping.InvalidMappingException;
import io.convergence.mapping.TableMappings;
import io.convergence.target.InvalidConfigurationException;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import io.convergence.target.TaskSettings;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON that comes from outside: each form of damage is refused with the document's own exception, whatever reads it. */
class JsonDamageTest {
    private record Reader(
            String name, String valid, Consumer<String> parse, Class<? extends RuntimeException> refusal) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> cases() {
        Stream<Reader> readers = Stream.of(
                new Reader("mappings", "{\"rules\":[]}", TableMappings::parse, InvalidMappingException.class),
                new Reader("spec", "{}", ReplicationSpec::parse, InvalidConfigurationException.class),
                new Reader("S3 settings", "{}", S3TargetSettings::parse, InvalidConfigurationException.class),
                new Reader("task settings", "{}", TaskSettings::parse, InvalidConfigurationException.class),
                new Reader(
                        "provenance",
                        "{\"version\":1,\"sources\":[]}",
                        Provenance::parse,
                        IllegalArgumentException.class));
        return readers.flatMap(reader -> damage(reader.valid()).entrySet().stream()
                .map(form -> Arguments.of(reader, form.getKey(), form.getValue())));
    }

    private static Map<String, String> damage(String valid) {
        String open = valid.substring(0, valid.length() - 1) + (valid.length() > 2 ? "," : "");
        return Map.of(
                "depth bomb", "[".repeat(100_000),
                "depth bomb in a field", open + "\"x\":" + "{\"x\":".repeat(100_000),
                "duplicate key", open + "\"x\":1,\"x\":2}",
                "huge number", open + "\"x\":" + "9".repeat(100_000) + "}",
                "trailing garbage", valid + " x",
                "two documents", valid + valid,
                "cut off", open,
                "nothing", "");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void isRefused(Reader reader, String form, String json) {
        assertThatThrownBy(() -> reader.parse().accept(json))
                .as(form)
                .isInstanceOf(reader.refusal())
                .hasMessageStartingWith("Cannot ");
    }
}

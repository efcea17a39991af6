package io.convergence.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Over random documents of the whole model. Replay one with {@code -Dconvergence.seed=}. */
class MappingPropertiesTest {
    private static final int DOCUMENTS = 3000;
    private static final List<String> NAMES = names();
    private static final Long ONE = Long.getLong("convergence.seed");

    private static final SourceSchema SOURCE = SourceSchema.of(
            SourceEngine.POSTGRESQL, table("orders", "12"), table("orders", "orders"), table("12", "t_1"));

    @Test
    void whatIsWrittenIsReadToAnEqualObject() {
        Set<Class<?>> kinds = new HashSet<>();
        for (long seed : seeds()) {
            TableMappings mappings = new RandomMappings(seed).next();
            mappings.rules().forEach(rule -> kinds.add(rule.getClass()));

            TableMappings read = TableMappings.parse(mappings.toJson());

            assertThat(read).as("seed " + seed).isEqualTo(mappings);
        }

        if (ONE == null) {
            assertThat(kinds).as("kinds of rules that were made").hasSize(5 + 18);
        }
    }

    @Test
    void checksAndEvaluationsEndInFindingsAndSayWhere() {
        int selected = 0;
        for (long seed : seeds()) {
            TableMappings mappings = new RandomMappings(seed).next();

            List<Finding> findings = mappings.validate();
            MappingEvaluation evaluation = mappings.evaluate(SOURCE);

            assertThat(findings)
                    .as("seed " + seed)
                    .allMatch(finding -> finding.path().matches("rules(\\[\\d+](\\..+)?)?|x-note"));
            assertThat(evaluation.findings())
                    .as("seed " + seed)
                    .allMatch(finding -> finding.path().startsWith("rules"));
            assertThat(evaluation.tables()).hasSize(3);
            assertThat(evaluation.rules()).hasSameSizeAs(mappings.rules());
            selected += evaluation.selected().size();
        }

        if (ONE == null) {
            assertThat(selected).isGreaterThan(300);
        }
    }

    @Test
    void patternsOverlapWhereANameThatBothMatchIsFound() {
        int overlaps = 0;
        for (long seed : seeds()) {
            Random random = new Random(seed);
            Wildcard one = Wildcard.of(pattern(random));
            Wildcard other = Wildcard.of(pattern(random));

            boolean found = NAMES.stream().anyMatch(name -> one.matches(name) && other.matches(name));

            assertThat(one.overlaps(other))
                    .as("seed %d: %s and %s", seed, one, other)
                    .isEqualTo(found);
            overlaps += found ? 1 : 0;
        }

        if (ONE == null) {
            assertThat(overlaps).isBetween(300, DOCUMENTS - 300);
        }
    }

    /** Up to three parts, so that a common name, if there is one, needs no more than six characters. */
    private static String pattern(Random random) {
        StringBuilder pattern = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            pattern.append(List.of("a", "b", "%", "[ab]", "[b-c]").get(random.nextInt(5)));
        }
        return pattern.toString();
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of(""));
        for (int i = 0; i < names.size() && names.get(i).length() < 6; i++) {
            for (String next : List.of("a", "b", "c")) {
                names.add(names.get(i) + next);
            }
        }
        return names;
    }

    private static List<Long> seeds() {
        return ONE != null
                ? List.of(ONE)
                : LongStream.range(0, DOCUMENTS).boxed().toList();
    }

    private static SourceTable table(String schema, String name) {
        return SourceTable.of(
                TableId.of(schema, name),
                List.of(
                        SourceColumn.required("12", DataType.of(DataType.Kind.INT4)),
                        SourceColumn.nullable("orders", DataType.of(DataType.Kind.NCLOB)),
                        SourceColumn.nullable("numb3r", DataType.wstring(20))),
                List.of("12"),
                RowImages.KEY_ONLY);
    }
}

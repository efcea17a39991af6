package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangePositionTest {
    private static final Instant FIRST = Instant.parse("2024-06-12T10:00:00Z");
    private static final Instant SECOND = Instant.parse("2024-06-28T10:00:00Z");

    @Test
    void positionsStandInTheOrderOfHistoryS1() {
        List<ChangePosition> expected = List.of(
                new ChangePosition.Load(FIRST, "", 1, 0),
                new ChangePosition.Load(FIRST, "", 1, 1),
                new ChangePosition.Load(FIRST, "", 2, 0),
                new ChangePosition.Load(FIRST, "p1", 1, 0),
                sequenced(FIRST, "2024061210302735", 900, FIRST, FIRST, 0),
                sequenced(FIRST, "2024061210302736", 2, FIRST, SECOND, 9),
                sequenced(FIRST, "2024061210302736", 900, FIRST, FIRST, 0),
                sequenced(FIRST, "2024061210302736", 1, SECOND, FIRST, 0),
                sequenced(FIRST, "2024061210302736", 1, SECOND, FIRST, 1),
                sequenced(FIRST, "2024061210302736", 1, SECOND, SECOND, 0),
                new ChangePosition.Load(SECOND, "", 1, 0),
                new ChangePosition.Filed(SECOND, FIRST, 5),
                new ChangePosition.Filed(SECOND, FIRST, 6),
                new ChangePosition.Filed(SECOND, SECOND, 0));
        List<ChangePosition> shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(1));

        Collections.sort(shuffled);

        assertThat(shuffled).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void orderIsTotalAndAgreesWithEquality(long seed) {
        Random random = new Random(seed);
        List<ChangePosition> positions = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            positions.add(random(random));
        }

        for (ChangePosition a : positions) {
            for (ChangePosition b : positions) {
                assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
                assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
                for (ChangePosition c : positions) {
                    if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
                        assertThat(a.compareTo(c)).isLessThanOrEqualTo(0);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void encodedPositionIsReadBack(long seed) {
        Random random = new Random(seed);

        for (int i = 0; i < 200; i++) {
            ChangePosition position = random(random);
            assertThat(ChangePosition.parse(position.encode())).isEqualTo(position);
        }
        ChangePosition filed = new ChangePosition.Filed(FIRST, SECOND, 7);
        assertThat(ChangePosition.parse(filed.encode())).isEqualTo(filed);
        ChangePosition oddSegment = new ChangePosition.Load(FIRST, "a|b|", 1, 2);
        assertThat(ChangePosition.parse(oddSegment.encode())).isEqualTo(oddSegment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "X",
                "L|2024-06-12T10:00:00Z|1|2",
                "F|2024-06-12T10:00:00Z|now|2",
                "S|2024-06-12T10:00:00Z|12|2|3|4"
            })
    void otherTextIsNoPosition(String text) {
        assertThatThrownBy(() -> ChangePosition.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot parse change position '" + text + "'");
    }

    @Test
    void sequencedAndUnsequencedChangesDoNotCompare() {
        ChangePosition sequenced = sequenced(FIRST, "2024061210302736", 1, FIRST, FIRST, 0);
        ChangePosition filed = new ChangePosition.Filed(FIRST, FIRST, 0);

        assertThatThrownBy(() -> sequenced.compareTo(filed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> filed.compareTo(sequenced)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sameSequenceOfOneRunIsTheSameChangeS3() {
        ChangeId once = ChangeId.of(sequenced(FIRST, "2024061210302736", 1, FIRST, FIRST, 0));
        ChangeId again = ChangeId.of(sequenced(FIRST, "2024061210302736", 1, FIRST, SECOND, 5));
        ChangeId otherRun = ChangeId.of(sequenced(FIRST, "2024061210302736", 1, SECOND, SECOND, 5));

        assertThat(once).isEqualTo(again).isNotEqualTo(otherRun);
    }

    private static ChangePosition random(Random random) {
        Instant generation = random.nextBoolean() ? FIRST : SECOND;
        if (random.nextInt(3) == 0) {
            return new ChangePosition.Load(
                    generation, random.nextBoolean() ? "" : "p1", 1 + random.nextInt(2), random.nextInt(2));
        }

        return sequenced(
                generation,
                random.nextBoolean() ? "2024061210302736" : "2024061210302737",
                random.nextInt(2),
                random.nextBoolean() ? FIRST : SECOND,
                random.nextBoolean() ? FIRST : SECOND,
                random.nextInt(2));
    }

    private static ChangePosition sequenced(
            Instant generation, String time, int counter, Instant run, Instant file, long row) {
        return new ChangePosition.Sequenced(
                generation, new ChangeSequence(time + String.format("%019d", counter)), run, file, row);
    }
}

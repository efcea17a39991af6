package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Comparator;

/**
 * Where a change stands in its table's history (rule S1). The natural order is the order in which the changes
 * happened: by generation, LOAD before CDC, then by sequence or file. The commit timestamp never decides: all rows of a
 * transaction share it. Positions of different tables do not compare.
 */
public sealed interface ChangePosition extends Comparable<ChangePosition> {
    /** The load generation, see {@link io.convergence.raw.FileContext#generation()}. */
    Instant generation();

    /** The text form {@link #parse} reads; equal positions have equal texts. */
    String encode();

    /** Reads what {@link #encode} wrote. @throws IllegalArgumentException if it is no position */
    static ChangePosition parse(String text) {
        return PositionText.parse(text);
    }

    /** A row of a full load. */
    record Load(Instant generation, String segment, long fileNumber, long row) implements ChangePosition {
        private static final Comparator<Load> ORDER = Comparator.comparing(Load::segment)
                .thenComparingLong(Load::fileNumber)
                .thenComparingLong(Load::row);

        public Load {
            requireNonNull(generation, "generation");
            requireNonNull(segment, "segment");
        }

        @Override
        public int compareTo(ChangePosition other) {
            int byGeneration = generation.compareTo(other.generation());
            if (byGeneration != 0) {
                return byGeneration;
            }

            return other instanceof Load load ? ORDER.compare(this, load) : -1;
        }

        @Override
        public String encode() {
            return PositionText.of(this);
        }
    }

    /** A CDC row with a change sequence. */
    record Sequenced(Instant generation, ChangeSequence sequence, Instant run, Instant fileInstant, long row)
            implements ChangePosition {
        private static final Comparator<Sequenced> ORDER = Comparator.comparing(
                        (Sequenced p) -> p.sequence().timePart())
                .thenComparing(Sequenced::run)
                .thenComparing(p -> p.sequence().counterPart())
                .thenComparing(Sequenced::fileInstant)
                .thenComparingLong(Sequenced::row);

        public Sequenced {
            requireNonNull(generation, "generation");
            requireNonNull(sequence, "sequence");
            requireNonNull(run, "run");
            requireNonNull(fileInstant, "fileInstant");
        }

        @Override
        public int compareTo(ChangePosition other) {
            int byGeneration = generation.compareTo(other.generation());
            if (byGeneration != 0) {
                return byGeneration;
            }
            if (other instanceof Sequenced sequenced) {
                return ORDER.compare(this, sequenced);
            }
            if (other instanceof Load) {
                return 1;
            }

            throw PositionText.mixed(this, other);
        }

        @Override
        public String encode() {
            return PositionText.of(this);
        }
    }

    /** A CDC row of a task without a sequence column. */
    record Filed(Instant generation, Instant fileInstant, long row) implements ChangePosition {
        private static final Comparator<Filed> ORDER =
                Comparator.comparing(Filed::fileInstant).thenComparingLong(Filed::row);

        public Filed {
            requireNonNull(generation, "generation");
            requireNonNull(fileInstant, "fileInstant");
        }

        @Override
        public int compareTo(ChangePosition other) {
            int byGeneration = generation.compareTo(other.generation());
            if (byGeneration != 0) {
                return byGeneration;
            }
            if (other instanceof Filed filed) {
                return ORDER.compare(this, filed);
            }
            if (other instanceof Load) {
                return 1;
            }

            throw PositionText.mixed(this, other);
        }

        @Override
        public String encode() {
            return PositionText.of(this);
        }
    }
}

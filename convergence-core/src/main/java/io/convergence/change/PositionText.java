package io.convergence.change;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** The text form of positions: fields separated by {@code |}, the segment last because it is the only free text. */
final class PositionText {
    private PositionText() {}

    static String of(ChangePosition.Load position) {
        return "L|" + position.generation() + "|" + position.fileNumber() + "|" + position.row() + "|"
                + position.segment();
    }

    static String of(ChangePosition.Sequenced position) {
        return "S|" + position.generation() + "|" + position.sequence() + "|" + position.run() + "|"
                + position.fileInstant() + "|" + position.row();
    }

    static String of(ChangePosition.Filed position) {
        return "F|" + position.generation() + "|" + position.fileInstant() + "|" + position.row();
    }

    static ChangePosition parse(String text) {
        String[] fields = text.split("\\|", text.startsWith("L|") ? 5 : -1);
        try {
            Instant generation = Instant.parse(fields[1]);
            if (fields[0].equals("L") && fields.length == 5) {
                return new ChangePosition.Load(
                        generation, fields[4], Long.parseLong(fields[2]), Long.parseLong(fields[3]));
            }
            if (fields[0].equals("S") && fields.length == 6) {
                return new ChangePosition.Sequenced(
                        generation,
                        new ChangeSequence(fields[2]),
                        Instant.parse(fields[3]),
                        Instant.parse(fields[4]),
                        Long.parseLong(fields[5]));
            }
            if (fields[0].equals("F") && fields.length == 4) {
                return new ChangePosition.Filed(generation, Instant.parse(fields[2]), Long.parseLong(fields[3]));
            }
        } catch (DateTimeParseException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw malformed(text, e);
        }

        throw malformed(text, null);
    }

    static IllegalArgumentException mixed(ChangePosition one, ChangePosition other) {
        return new IllegalArgumentException(
                "Cannot order changes " + one.encode() + " and " + other.encode()
                        + ": one has a change sequence and the other has none. Declare the sequence column for all files of the table or for none.");
    }

    private static IllegalArgumentException malformed(String text, @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                "Cannot parse change position '" + text + "': it is none that Convergence wrote.", cause);
    }
}

package io.convergence.curated;

import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeSequence;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Positions as numbers: what all rows of a file share is kept once, under an id, and a position is that id, the two parts of
 * its sequence, and its row. Not thread-safe.
 */
final class Places {
    private static final int COUNTER_DIGITS = 19;
    private static final DateTimeFormatter TIME_PART =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final List<File> files = new ArrayList<>();
    private final Map<File, Integer> ids = new HashMap<>();
    private final Map<String, Integer> texts = new HashMap<>();

    /** What the rows of a file share. */
    sealed interface File {
        Instant generation();

        String text();
    }

    private record Loaded(Instant generation, long number, String segment) implements File {
        @Override
        public String text() {
            return "L|" + generation + "|" + number + "|" + segment;
        }
    }

    private record Sequenced(Instant generation, Instant run, Instant instant) implements File {
        @Override
        public String text() {
            return "S|" + generation + "|" + run + "|" + instant;
        }
    }

    private record Filed(Instant generation, Instant instant) implements File {
        @Override
        public String text() {
            return "F|" + generation + "|" + instant;
        }
    }

    /** The id of the file a position is in. */
    int id(ChangePosition position) {
        int last = files.size() - 1;
        if (last >= 0 && isIn(files.get(last), position)) {
            return last;
        }
        return id(file(position));
    }

    private static boolean isIn(File file, ChangePosition position) {
        if (file instanceof Sequenced in && position instanceof ChangePosition.Sequenced at) {
            return in.instant.equals(at.fileInstant())
                    && in.run.equals(at.run())
                    && in.generation.equals(at.generation());
        }
        if (file instanceof Loaded in && position instanceof ChangePosition.Load at) {
            return in.number == at.fileNumber()
                    && in.segment.equals(at.segment())
                    && in.generation.equals(at.generation());
        }
        return file instanceof Filed in
                && position instanceof ChangePosition.Filed at
                && in.instant.equals(at.fileInstant())
                && in.generation.equals(at.generation());
    }

    private static File file(ChangePosition position) {
        if (position instanceof ChangePosition.Load load) {
            return new Loaded(load.generation(), load.fileNumber(), load.segment());
        }
        if (position instanceof ChangePosition.Sequenced sequenced) {
            return new Sequenced(sequenced.generation(), sequenced.run(), sequenced.fileInstant());
        }
        ChangePosition.Filed filed = (ChangePosition.Filed) position;
        return new Filed(filed.generation(), filed.fileInstant());
    }

    private int id(File file) {
        Integer known = ids.get(file);
        if (known != null) {
            return known;
        }
        files.add(file);
        ids.put(file, files.size() - 1);
        return files.size() - 1;
    }

    /** @throws IllegalArgumentException if it is no text of {@link #text} */
    int id(String text) {
        Integer known = texts.get(text);
        if (known == null) {
            known = id(parse(text));
            texts.put(text, known);
        }
        return known;
    }

    private static File parse(String text) {
        String[] fields = text.split("\\|", text.startsWith("L|") ? 4 : -1);
        try {
            Instant generation = Instant.parse(fields[1]);
            return switch (fields[0]) {
                case "L" -> new Loaded(generation, Long.parseLong(fields[2]), fields[3]);
                case "S" -> new Sequenced(generation, Instant.parse(fields[2]), Instant.parse(fields[3]));
                case "F" -> new Filed(generation, Instant.parse(fields[2]));
                default -> throw new IllegalArgumentException("its kind is unknown");
            };
        } catch (java.time.DateTimeException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "Cannot parse the place '" + text + "': it is none that Convergence wrote.", e);
        }
    }

    String text(int id) {
        return files.get(id).text();
    }

    boolean isLoad(int id) {
        return files.get(id) instanceof Loaded;
    }

    boolean isSequenced(int id) {
        return files.get(id) instanceof Sequenced;
    }

    Instant generation(int id) {
        return files.get(id).generation();
    }

    boolean sameRun(int one, int other) {
        return one == other
                || files.get(one) instanceof Sequenced a
                        && files.get(other) instanceof Sequenced b
                        && a.run.equals(b.run);
    }

    /** Whether times and runs tell different orders of two changes with a sequence (rule S2). */
    boolean runsBack(int one, long oneTime, int other, long time) {
        Sequenced a = (Sequenced) files.get(one);
        Sequenced b = (Sequenced) files.get(other);
        return Integer.signum(Long.compare(oneTime, time)) * Integer.signum(a.run.compareTo(b.run)) < 0;
    }

    boolean sameInstant(int one, int other) {
        return one == other
                || files.get(one) instanceof Filed a
                        && files.get(other) instanceof Filed b
                        && a.instant.equals(b.instant);
    }

    /** What identifies a change with a sequence (rule S3), as bytes. */
    byte[] runAndSequence(int id, long time, long counter) {
        Sequenced in = (Sequenced) files.get(id);
        return ByteBuffer.allocate(28)
                .putLong(time)
                .putLong(counter)
                .putLong(in.run.getEpochSecond())
                .putInt(in.run.getNano())
                .array();
    }

    static long time(ChangePosition position) {
        return position instanceof ChangePosition.Sequenced sequenced ? time(sequenced.sequence()) : 0;
    }

    static long time(ChangeSequence sequence) {
        return number(sequence.text(), 0, ChangeSequence.TIME_DIGITS);
    }

    /** Of digits, of which so many fit. */
    private static long number(String digits, int from, int to) {
        byte[] bytes = digits.getBytes(StandardCharsets.ISO_8859_1);
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    /** Unsigned. */
    static long counter(ChangePosition position) {
        return position instanceof ChangePosition.Sequenced sequenced ? counter(sequenced.sequence()) : 0;
    }

    /** Unsigned. */
    static long counter(ChangeSequence sequence) {
        return number(
                sequence.text(), ChangeSequence.TIME_DIGITS, sequence.text().length());
    }

    static long row(ChangePosition position) {
        if (position instanceof ChangePosition.Load load) {
            return load.row();
        }
        return position instanceof ChangePosition.Sequenced sequenced
                ? sequenced.row()
                : ((ChangePosition.Filed) position).row();
    }

    ChangePosition position(int id, long time, long counter, long row) {
        File file = files.get(id);
        if (file instanceof Loaded loaded) {
            return new ChangePosition.Load(loaded.generation, loaded.segment, loaded.number, row);
        }
        if (file instanceof Filed filed) {
            return new ChangePosition.Filed(filed.generation, filed.instant, row);
        }
        Sequenced sequenced = (Sequenced) file;
        return new ChangePosition.Sequenced(
                sequenced.generation, sequence(time, counter), sequenced.run, sequenced.instant, row);
    }

    static ChangeSequence sequence(long time, long counter) {
        String digits = Long.toUnsignedString(counter);
        return new ChangeSequence(
                padded(Long.toString(time), ChangeSequence.TIME_DIGITS) + padded(digits, COUNTER_DIGITS));
    }

    private static String padded(String digits, int count) {
        return "0".repeat(count - digits.length()) + digits;
    }

    /** The least position at or after a time, of the kind of the positions known; empty if all are of loads. */
    Optional<ChangePosition> firstFrom(Instant generation, Instant time) {
        if (files.stream().anyMatch(Sequenced.class::isInstance)) {
            var sequence = new ChangeSequence(TIME_PART.format(time)
                    + String.format(Locale.ROOT, "%02d", time.getNano() / 10_000_000)
                    + "0".repeat(COUNTER_DIGITS));
            return Optional.of(new ChangePosition.Sequenced(generation, sequence, Instant.EPOCH, Instant.EPOCH, 0));
        }
        boolean filed = files.stream().anyMatch(Filed.class::isInstance);
        return filed ? Optional.of(new ChangePosition.Filed(generation, time, 0)) : Optional.empty();
    }

    /** In the order of {@link ChangePosition}. */
    int compare(int oneId, long oneTime, long oneCounter, long oneRow, int id, long time, long counter, long row) {
        File one = files.get(oneId);
        File other = files.get(id);
        if (oneId == id || one.generation().equals(other.generation())) {
            if (one instanceof Sequenced a && other instanceof Sequenced b) {
                int order = Long.compare(oneTime, time);
                order = order != 0 || oneId == id ? order : a.run.compareTo(b.run);
                order = order != 0 ? order : Long.compareUnsigned(oneCounter, counter);
                order = order != 0 || oneId == id ? order : a.instant.compareTo(b.instant);
                return order != 0 ? order : Long.compare(oneRow, row);
            }
            if (oneId == id) {
                return Long.compare(oneRow, row);
            }
            if (one instanceof Loaded != other instanceof Loaded) {
                return one instanceof Loaded ? -1 : 1;
            }
        }
        return position(oneId, oneTime, oneCounter, oneRow).compareTo(position(id, time, counter, row));
    }

    /** The value as a {@code Comparable} position, or null. */
    static @Nullable ChangePosition parsed(@Nullable String text) {
        return text == null ? null : ChangePosition.parse(text);
    }
}

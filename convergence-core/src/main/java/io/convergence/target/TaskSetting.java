package io.convergence.target;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a replication task: its place, type, range and default. The settings stand as constants in the class of
 * their section, e.g. {@link FullLoadSettings#COMMIT_RATE}. Immutable and thread-safe.
 *
 * @param <T> what a value is: a {@link Boolean}, {@link Integer}, {@link String}, {@link java.time.Duration}, {@link
 *     io.convergence.DataSize} or an enum; a map or list for the few settings with a structure
 */
public final class TaskSetting<T> {
    /** Who writes a setting. */
    enum Writer {
        USER,
        /** Never to be sent. */
        SERVICE
    }

    private final String section;
    private final String name;
    private final WireType<T> type;
    private final List<T> defaults;
    private final Writer writer;
    private final boolean effectOnS3;
    private final long least;
    private final long most;

    private TaskSetting(String section, Draft<T> draft) {
        this.section = section;
        this.name = draft.name;
        this.type = draft.type;
        this.defaults = List.copyOf(draft.defaults);
        this.writer = draft.writer;
        this.effectOnS3 = draft.effectOnS3;
        this.least = draft.least;
        this.most = draft.most;
    }

    /** The names of the sections it stands in, e.g. {@code FullLoadSettings} or {@code TTSettings.TTS3Settings}; empty if none. */
    public String section() {
        return section;
    }

    /** As AWS writes it, e.g. {@code CommitRate}. */
    public String name() {
        return name;
    }

    /** E.g. {@code FullLoadSettings.CommitRate}. */
    public String path() {
        return section.isEmpty() ? name : section + "." + name;
    }

    /** What DMS does if it is not set; an empty text, map or list if that is nothing. */
    public T defaultValue() {
        return defaults.get(0);
    }

    /**
     * What the service has been seen to report for the setting where nobody set it: the default, and where documentation
     * and service or older and newer versions differ, the others.
     */
    public List<T> reportedDefaults() {
        return defaults;
    }

    /** Whether a task that writes to S3 makes use of it. */
    public boolean effectOnS3() {
        return effectOnS3;
    }

    /** The smallest and largest value in the unit of the API; empty if it is no number or none is documented. */
    public Optional<String> range() {
        if (least == Long.MIN_VALUE && most == Long.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(most == Long.MAX_VALUE ? "at least " + least : least + " to " + most);
    }

    boolean writtenByService() {
        return writer == Writer.SERVICE;
    }

    @Nullable
    T read(JsonNode node, WireType.Wrong wrong) {
        return type.read(node, wrong);
    }

    /** As the API writes it. */
    Object write(T value) {
        return type.write(value);
    }

    Optional<Finding> check(T value) {
        Object written = type.write(value);
        String path = "$." + path();
        if (!type.expresses(value)) {
            return Optional.of(Finding.error(
                    "SETTING_NOT_IN_UNIT",
                    path,
                    "It is " + value + ", which the whole numbers of the API cannot express.",
                    "Give a whole number of the unit, not negative."));
        }
        if (written instanceof Long number && (number < least || number > most)) {
            return Optional.of(Finding.error(
                    "SETTING_OUT_OF_RANGE",
                    path,
                    "It is " + number + ": it must be " + range().orElse("") + ".",
                    "Leave it out for DMS's default, " + type.write(defaultValue()) + "."));
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return path();
    }

    /** A setting in the making. */
    static final class Draft<T> {
        private final String name;
        private final WireType<T> type;
        private final List<T> defaults = new ArrayList<>();
        private Writer writer = Writer.USER;
        private boolean effectOnS3 = true;
        private long least = Long.MIN_VALUE;
        private long most = Long.MAX_VALUE;

        Draft(String name, WireType<T> type, T otherwise) {
            this.name = name;
            this.type = type;
            defaults.add(requireNonNull(otherwise, "otherwise"));
        }

        /** Another value that the service has been seen to report where nobody set it. */
        Draft<T> orReported(T value) {
            defaults.add(value);
            return this;
        }

        /** In the unit of the API. */
        Draft<T> between(long smallest, long largest) {
            least = smallest;
            most = largest;
            return this;
        }

        Draft<T> notOnS3() {
            effectOnS3 = false;
            return this;
        }

        Draft<T> writtenByService() {
            writer = Writer.SERVICE;
            return this;
        }

        TaskSetting<T> in(String section) {
            return new TaskSetting<>(section, this);
        }
    }
}

package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/**
 * A place between two files where DMS may have begun to write changes again. Immutable as long as the list of files given
 * is not changed: it may be a view of a long one.
 *
 * @param tail files before it, in order, whose rows may come again: from the first one on that reaches the time of the
 *     rows behind it; never empty
 * @param head files behind it, in order, up to the next certain restart or the last there is; the first names the place
 * @param begins time of the first row behind it, truncated to hundredths of a second; or of the oldest in that file, where
 *     there is no change sequence
 * @param latest time of the newest change before it, not truncated if there is a timestamp column
 * @param certain whether the counter shows a restart; else only times hint at one
 * @param endsRestarted whether the next restart follows the head, so that it cannot go on
 * @param passed whether that restart begins later than all before the boundary: a task that stopped while it wrote changes again goes
 *     on with those it had not come to
 * @param pause between the times in the names of the first file behind it and the one before that
 */
public record RunBoundary(
        List<PlacedFile> tail,
        List<TimelineFile> head,
        Instant begins,
        Instant latest,
        boolean certain,
        boolean endsRestarted,
        boolean passed,
        Duration pause) {
    public RunBoundary {
        tail = List.copyOf(tail);
        head = Collections.unmodifiableList(head);
        requireNonNull(begins, "begins");
        requireNonNull(latest, "latest");
        requireNonNull(pause, "pause");
        if (tail.isEmpty() || head.isEmpty()) {
            throw new IllegalArgumentException("Cannot compare nothing: a boundary has files on both sides.");
        }
    }

    /** Of the first file behind it. */
    public String key() {
        return head.get(0).file().key();
    }
}

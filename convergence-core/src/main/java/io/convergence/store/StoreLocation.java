package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;

/**
 * Where a prefix is, seen from outside its store, so that prefixes of different stores can be compared: two stores may
 * be opened in one bucket, or in one folder and a folder within it. It is told by {@link ObjectStore#description()};
 * stores with equal descriptions count as one. Immutable; thread-safe.
 *
 * @param text the description and the prefix; ends with a slash if the prefix is empty or a folder
 */
public record StoreLocation(String text) {
    public StoreLocation {
        requireNonNull(text, "text");
    }

    public static StoreLocation of(ObjectStore store, String prefix) {
        String root = store.description();
        // A URI is encoded, a key is not.
        String place =
                root.startsWith("file:/") ? Path.of(URI.create(root)).toUri().getPath() : root;
        return new StoreLocation(slashed(place) + requireNonNull(prefix, "prefix"));
    }

    /** Whether a listing of the other prefix would show what is under this one. */
    public boolean isListedBy(StoreLocation other) {
        return text.startsWith(other.text);
    }

    /** Whether one of the two lies in the other, taken as folders, so that what empties the one may take from the other (rule L4). */
    public boolean overlaps(StoreLocation other) {
        return isListedBy(other) || other.folder().isListedBy(this);
    }

    /** This prefix as that of a folder. */
    public StoreLocation folder() {
        return new StoreLocation(slashed(text));
    }

    @Override
    public String toString() {
        return text;
    }

    private static String slashed(String place) {
        return place.endsWith("/") ? place : place + "/";
    }
}

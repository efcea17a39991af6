package io.convergence.merge;

/** How a change of a row's key shows in the files (rule S10). */
public enum KeyChanges {
    /** Before-image columns hold the old key: transformation {@code add-before-image-columns}. */
    BEFORE_IMAGES,
    /** DMS writes one update under the new key and nothing of the old one: old rows may stay as orphans. */
    UNTRACKED
}

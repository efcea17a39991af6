package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What becomes of a file whose columns differ from what is known, for each kind of difference (rule S15). A policy may be
 * stricter than the rules, never laxer: what is applied still has to pass them, so that a new column whose older rows may
 * hold a default is suspect until it is declared (rule S14). Immutable; thread-safe.
 *
 * @param actions for every kind
 */
public record SchemaPolicy(Map<Kind, Action> actions) {
    /** How a table's columns can differ from those known before. */
    public enum Kind {
        /** A file has a column that none before had. */
        COLUMN_ADDED(Action.APPLY),
        /** A file lacks a column that the file before it had. */
        COLUMN_VANISHED(Action.APPLY),
        /** A column's type becomes one that holds all values of both. */
        TYPE_WIDENED(Action.APPLY),
        /** A column's type becomes one that the published type holds. */
        TYPE_NARROWED(Action.APPLY),
        /** A column's type becomes one that cannot be held together with the published type without loss. */
        TYPE_INCOMPATIBLE(Action.FAIL),
        /** The source's schema, as given, allows null in a published column that did not, or no longer does. Files do not tell. */
        NULLABILITY(Action.APPLY),
        /** A column vanished as another appeared: whether it was renamed must be declared (rule S14). */
        RENAME_SUSPECTED(Action.FAIL),
        /** Rows of CSV files without header have another of the declared widths. An undeclared width is an error in any case. */
        CSV_WIDTH(Action.APPLY);

        private final Action standard;

        Kind(Action standard) {
            this.standard = standard;
        }

        /** What happens unless something else is asked for. */
        public Action standard() {
            return standard;
        }
    }

    /** What is done. */
    public enum Action {
        /** The file is merged, as far as the rules allow. */
        APPLY,
        /**
         * The file is not merged, and reported at each merge; the table goes on without it. It is merged, as a file that comes
         * late, once the policy allows it or the change is declared. A file of a full load is never set aside, since half
         * a load is none: the table is suspect instead.
         */
        QUARANTINE_FILE,
        /** Nothing of the table is published until the policy allows it, the change is declared or the table reloaded. */
        FAIL
    }

    public SchemaPolicy {
        var all = new EnumMap<Kind, Action>(Kind.class);
        for (Kind kind : Kind.values()) {
            all.put(kind, actions.getOrDefault(kind, kind.standard()));
        }
        all.forEach((kind, action) -> {
            if (action == Action.APPLY && kind.standard() == Action.FAIL) {
                throw new IllegalArgumentException("Cannot apply " + kind
                        + ": "
                        + (kind == Kind.TYPE_INCOMPATIBLE
                                ? "no type holds the values of both."
                                : "which column became which must be declared (Declarations.renamed).")
                        + " Choose QUARANTINE_FILE or FAIL.");
            }
        });
        if (all.get(Kind.NULLABILITY) == Action.QUARANTINE_FILE) {
            throw new IllegalArgumentException(
                    "Cannot set files aside for NULLABILITY: it stands in the source's schema, not in files. Choose"
                            + " APPLY or FAIL.");
        }
        actions = Collections.unmodifiableMap(all);
    }

    /** Everything that the rules allow is applied. */
    public static SchemaPolicy defaults() {
        return new SchemaPolicy(Map.of());
    }

    /** The same action for every kind that takes it; others keep theirs. */
    public static SchemaPolicy strict(Action action) {
        SchemaPolicy policy = defaults();
        for (Kind kind : Kind.values()) {
            boolean takes = action == Action.FAIL
                    || (action == Action.QUARANTINE_FILE && kind != Kind.NULLABILITY)
                    || kind.standard() == action;
            policy = takes ? policy.with(kind, action) : policy;
        }
        return policy;
    }

    /** @throws IllegalArgumentException if the action would be laxer than the rules, or the kind does not show in files */
    public SchemaPolicy with(Kind kind, Action action) {
        var changed = new EnumMap<>(actions);
        changed.put(requireNonNull(kind, "kind"), requireNonNull(action, "action"));
        return new SchemaPolicy(changed);
    }

    public Action of(Kind kind) {
        return requireNonNull(actions.get(kind), "action");
    }

    boolean isStandard() {
        return actions.entrySet().stream()
                .allMatch(entry -> entry.getValue() == entry.getKey().standard());
    }

    @Override
    public String toString() {
        return "SchemaPolicy" + actions;
    }
}

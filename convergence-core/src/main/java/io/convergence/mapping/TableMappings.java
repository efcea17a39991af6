package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.schema.DataType;
import io.convergence.source.SourceSchema;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A task's table mappings: which tables, columns and names DMS writes (DMS guide, "Using table mapping to specify task
 * settings"). Immutable and thread-safe.
 *
 * @param rules in the order of the document, which has no meaning to DMS
 * @param otherKeys what else the document holds beside {@code rules}: JSON text by key, kept as it was read
 */
public record TableMappings(List<Rule> rules, Map<String, String> otherKeys) {
    public TableMappings {
        rules = List.copyOf(rules);
        otherKeys = Map.copyOf(otherKeys);
    }

    public static TableMappings of(Rule... rules) {
        return new TableMappings(List.of(rules), Map.of());
    }

    public static Builder builder() {
        return new Builder(List.of(), Map.of());
    }

    /** A builder that starts with these rules. */
    public Builder toBuilder() {
        return new Builder(rules, otherKeys);
    }

    /** These mappings and more rules. Unlike {@link Builder#build} it accepts what {@link #validate} finds wrong. */
    public TableMappings with(Consumer<Builder> rulesToAdd) {
        Builder builder = toBuilder();
        rulesToAdd.accept(builder);
        return builder.buildUnchecked();
    }

    /** These mappings with a change sequence {@code dms_seq} and before-images of the key {@code before_...}, unless they have such. */
    public TableMappings lakeReady() {
        boolean sequence = rules.stream()
                .anyMatch(rule -> rule instanceof TransformationRule.AddColumn add && add.changeSequence());
        boolean beforeImages = rules.stream().anyMatch(TransformationRule.AddBeforeImageColumns.class::isInstance);
        return with(builder -> {
            if (!sequence) {
                builder.addChangeSequence("dms_seq");
            }
            if (!beforeImages) {
                builder.addBeforeImageColumns("before_");
            }
        });
    }

    /**
     * Reads a document in AWS's spelling. As tolerant as the service: numbers or texts as ids, nulls, empty filters and
     * unknown keys, which are kept. Whether the rules make sense is for {@link #validate()}.
     *
     * @throws InvalidMappingException if the text is not JSON, has no {@code rules}, or is of the format of 2016
     */
    public static TableMappings parse(String json) {
        return MappingJson.parse(requireNonNull(json, "json"));
    }

    /** The document in AWS's spelling; {@link #parse} reads it to an equal object. */
    public String toJson() {
        return MappingJson.write(this);
    }

    /**
     * What is wrong or doubtful, whatever the source: first of the document, then in the order of the rules. Paths are JSON
     * paths such as {@code rules[2].object-locator.table-name}. The target is taken to be S3.
     */
    public List<Finding> validate() {
        return MappingChecks.findings(this);
    }

    /** The dry run: what DMS would do with this source, by the default reading of what its documents leave open. */
    public MappingEvaluation evaluate(SourceSchema schema) {
        return evaluate(schema, EvaluationOptions.defaults());
    }

    /** {@link #evaluate(SourceSchema)} with options, e.g. {@code evaluate(schema, o -> o.ignoreCase())}. */
    public MappingEvaluation evaluate(SourceSchema schema, Consumer<EvaluationOptions.Builder> options) {
        EvaluationOptions.Builder builder = EvaluationOptions.builder();
        options.accept(builder);
        return evaluate(schema, builder.build());
    }

    /** {@link #evaluate(SourceSchema)} with options. Rules that cannot work for the source become findings, never exceptions. */
    public MappingEvaluation evaluate(SourceSchema schema, EvaluationOptions options) {
        return new MappingEvaluator(this, requireNonNull(options, "options"))
                .evaluate(requireNonNull(schema, "schema"));
    }

    /**
     * What DMS would write of these tables, in the order of the schema; short for {@code evaluate(schema).mappedTables()}.
     *
     * @throws InvalidMappingException as {@link MappingEvaluation#mappedTables}
     */
    public List<MappedTable> mappedTables(SourceSchema schema) {
        return evaluate(schema).mappedTables();
    }

    /** See {@link Wildcard#literal}. */
    public static String literal(String name) {
        return Wildcard.literal(name);
    }

    /**
     * Collects rules. Each gets the next free number as its id and an alphanumeric name, which {@link #withId} and
     * {@link #withName} change for the rule added last. Schema and table names are patterns (see {@link Wildcard}) unless
     * said otherwise. Not thread-safe.
     */
    public static final class Builder extends ObjectRules {
        private static final String ALL = "%";

        private final List<Rule> rules = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private BigInteger largestId = BigInteger.ZERO;

        private final Map<String, String> otherKeys;

        /** The sentence that is begun; empty if none is. */
        private String unfinished = "";

        private Builder(List<Rule> rules, Map<String, String> otherKeys) {
            rules.forEach(this::append);
            this.otherKeys = otherKeys;
        }

        /** Reads all tables whose names match. */
        public Builder include(String schemaPattern, String tablePattern) {
            return select(SelectionRule.Action.INCLUDE, schemaPattern, tablePattern, List.of());
        }

        /** Reads the rows of one table for which all filters hold; DMS allows filters for exact names only. */
        public Builder include(String schema, String table, Filter first, Filter... more) {
            List<Filter> filters = new ArrayList<>(List.of(first));
            filters.addAll(List.of(more));
            return select(SelectionRule.Action.INCLUDE, schema, table, filters);
        }

        /** Leaves out all tables whose names match, whatever includes them. */
        public Builder exclude(String schemaPattern, String tablePattern) {
            return select(SelectionRule.Action.EXCLUDE, schemaPattern, tablePattern, List.of());
        }

        /** Reads one table; both names are exact. */
        public Builder explicit(String schema, String table) {
            return select(SelectionRule.Action.EXPLICIT, schema, table, List.of());
        }

        /** Reads all views whose names match, as tables of the same name; full-load tasks only. */
        public Builder includeViews(String schemaPattern, String viewPattern) {
            include(schemaPattern, viewPattern);
            return changeLastSelection(
                    "includeViews",
                    rule -> new SelectionRule(
                            rule.id(),
                            rule.name(),
                            rule.action(),
                            rule.locator(),
                            SelectionRule.TableType.VIEW,
                            rule.loadOrder(),
                            rule.filters(),
                            rule.otherKeys()));
        }

        /** Loads the tables of the selection rule added last earlier than those with a lower number; 1 or more. */
        public Builder withLoadOrder(int loadOrder) {
            return changeLastSelection(
                    "withLoadOrder",
                    rule -> new SelectionRule(
                            rule.id(),
                            rule.name(),
                            rule.action(),
                            rule.locator(),
                            rule.tableType(),
                            loadOrder,
                            rule.filters(),
                            rule.otherKeys()));
        }

        public Builder renameSchema(String schemaPattern, String newName) {
            return rename(RuleTarget.SCHEMA, ObjectLocator.ofSchema(schemaPattern), newName);
        }

        public Builder renameTable(String schemaPattern, String tablePattern, String newName) {
            return rename(RuleTarget.TABLE, ObjectLocator.ofTable(schemaPattern, tablePattern), newName);
        }

        public Builder renameColumn(String schemaPattern, String tablePattern, String columnPattern, String newName) {
            return rename(
                    RuleTarget.COLUMN, ObjectLocator.ofColumn(schemaPattern, tablePattern, columnPattern), newName);
        }

        public Builder removeColumn(String schemaPattern, String tablePattern, String columnPattern) {
            ObjectLocator locator = ObjectLocator.ofColumn(schemaPattern, tablePattern, columnPattern);
            return add(
                    "removeColumn",
                    key -> new TransformationRule.RemoveColumn(key.id(), key.name(), locator, Map.of()));
        }

        /** Adds a column whose value is a SQLite expression, which may name DMS's headers such as {@code $AR_H_COMMIT_TIMESTAMP}. */
        public Builder addColumn(
                String schemaPattern, String tablePattern, String columnName, DataType type, String expression) {
            ObjectLocator locator = ObjectLocator.ofTable(schemaPattern, tablePattern);
            RuleDataType dataType = RuleDataType.of(type);
            requireNonNull(expression, "expression");
            return add(
                    "addColumn",
                    key -> new TransformationRule.AddColumn(
                            key.id(), key.name(), locator, columnName, dataType, expression, Map.of()));
        }

        /** Adds to every table the column that orders its changes (rule S1): {@code $AR_H_CHANGE_SEQ}, 35 digits. */
        public Builder addChangeSequence(String columnName) {
            return addColumn(ALL, ALL, columnName, DataType.string(35), TransformationRule.CHANGE_SEQUENCE);
        }

        /** Adds to every table the key before an update as columns {@code prefix + name}, filled when the key changes (rule S10). */
        public Builder addBeforeImageColumns(String prefix) {
            ObjectLocator locator = ObjectLocator.ofTable(ALL, ALL);
            return add(
                    "addBeforeImageColumns",
                    key -> new TransformationRule.AddBeforeImageColumns(
                            key.id(), key.name(), locator, prefix, "", BeforeImageFilter.PK_ONLY, Map.of()));
        }

        /** What the lake needs to be exact: a change sequence {@code dms_seq} and before-images of the key {@code before_...}. */
        public Builder lakeReady() {
            return addChangeSequence("dms_seq").addBeforeImageColumns("before_");
        }

        /** Adds a rule as it is. */
        public Builder rule(Rule rule) {
            append(requireNonNull(rule, "rule"));
            return this;
        }

        /** Changes the id of the rule added last. */
        public Builder withId(String id) {
            return changeLast(rule -> rule.withId(id));
        }

        /** Changes the name of the rule added last. */
        public Builder withName(String name) {
            return changeLast(rule -> rule.withName(name));
        }

        /**
         * The mappings, if {@link TableMappings#validate} finds no error in them.
         *
         * @throws InvalidMappingException with all errors, if there are any
         */
        public TableMappings build() {
            TableMappings mappings = buildUnchecked();
            List<Finding> errors = mappings.validate().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            if (!errors.isEmpty()) {
                throw new InvalidMappingException(errors);
            }

            return mappings;
        }

        TableMappings buildUnchecked() {
            refuseUnfinished();
            return new TableMappings(rules, otherKeys);
        }

        private Builder select(SelectionRule.Action action, String schema, String table, List<Filter> filters) {
            ObjectLocator locator = ObjectLocator.ofTable(schema, table);
            String prefix = action.name().toLowerCase(Locale.ROOT);
            return add(
                    prefix,
                    key -> new SelectionRule(
                            key.id(),
                            key.name(),
                            action,
                            locator,
                            SelectionRule.TableType.TABLE,
                            null,
                            filters,
                            Map.of()));
        }

        @Override
        void begin(String sentence) {
            refuseUnfinished();
            unfinished = sentence;
        }

        private void refuseUnfinished() {
            if (!unfinished.isEmpty()) {
                throw new IllegalStateException(
                        "Cannot go on building table mappings: " + unfinished
                                + "(...) was begun and says nothing yet. End it, e.g. rename(table(\"sales\", \"Orders\")).to(\"orders\").");
            }
        }

        @Override
        Builder add(String prefix, Function<RuleKey, Rule> rule) {
            unfinished = "";
            String id = nextId();
            append(rule.apply(new RuleKey(id, freeName(prefix, id))));
            return this;
        }

        private Builder changeLastSelection(String method, UnaryOperator<SelectionRule> change) {
            if (rules.isEmpty() || !(rules.get(rules.size() - 1) instanceof SelectionRule)) {
                throw new IllegalStateException("Cannot apply " + method
                        + " to the last rule: it is no selection rule. Call it right after include or explicit.");
            }

            return changeLast(rule -> change.apply((SelectionRule) rule));
        }

        private Builder changeLast(UnaryOperator<Rule> change) {
            if (rules.isEmpty()) {
                throw new IllegalStateException("Cannot change the last rule: there is none yet. Add a rule first.");
            }

            List<Rule> changed = new ArrayList<>(rules);
            changed.add(change.apply(changed.remove(changed.size() - 1)));
            rules.clear();
            names.clear();
            largestId = BigInteger.ZERO;
            changed.forEach(this::append);
            return this;
        }

        /** One more than the largest number in use, so that rules added later never win over earlier ones. */
        private String nextId() {
            return largestId.add(BigInteger.ONE).toString();
        }

        private String freeName(String prefix, String id) {
            String name = prefix + id;
            while (names.contains(name)) {
                name += "x";
            }
            return name;
        }

        private void append(Rule rule) {
            rules.add(rule);
            names.add(rule.name());
            largestId = largestId.max(RuleIds.number(rule.id()).orElse(BigInteger.ZERO));
        }
    }
}

package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.Filter;
import io.convergence.mapping.Filter.Condition;
import io.convergence.mapping.Rule;
import io.convergence.mapping.SourceObject;
import io.convergence.mapping.TableMappings;
import io.convergence.schema.DataType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Random table mappings, and what DMS's guide says becomes of a table under them. The second is worked out here from the
 * rules as they were drawn, with code of its own: of several rules about one object the lowest id is applied, locators name
 * source objects, removed and not included columns go, added ones follow in the order of their ids.
 */
final class RandomMapping {
    /** A table of the source. */
    record Source(TableId id, List<String> key, Map<String, DataType> columns) {}

    /** What is expected of a table. Types in the order of the columns. */
    record Landing(
            TableId target, Map<String, DataType> columns, Map<String, String> bySource, Map<String, Mask> masks) {}

    enum Mask {
        DIGITS,
        RANDOM,
        HASH
    }

    private enum Level {
        SCHEMA,
        TABLE,
        COLUMN
    }

    private record Name(int id, Level level, List<String> where, UnaryOperator<String> change) {}

    private record Type(
            int id, List<String> where, @Nullable String ofType, DataType type) {}

    private record Dropping(List<String> where, boolean includes) {}

    private record Masking(int id, List<String> where, Mask mask) {}

    private record Added(int id, List<String> where, String name, DataType type) {}

    private final Random random;
    private final List<Source> sources;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Integer> freeIds = new ArrayList<>();
    private final List<List<String>> includes = new ArrayList<>();
    private final List<List<String>> excludes = new ArrayList<>();
    private final List<Name> names = new ArrayList<>();
    private final List<Type> types = new ArrayList<>();
    private final List<Dropping> droppings = new ArrayList<>();
    private final List<Masking> masks = new ArrayList<>();
    private final List<Added> added = new ArrayList<>();
    private @Nullable String beforePrefix;
    private @Nullable TableId filtered;
    private boolean computedNames;

    RandomMapping(Random random, List<Source> sources) {
        this.random = random;
        this.sources = sources;
        for (int id = 1; id < 130; id++) {
            freeIds.add(id);
        }
        Collections.shuffle(freeIds, random);
        select();
        times(4, this::name);
        times(2, this::type);
        times(2, this::drop);
        times(2, this::mask);
        times(5, this::add);
        if (random.nextBoolean()) {
            beforePrefix = "old_";
            rule(m -> m.addBeforeImageColumns("old_"));
        }
        Collections.shuffle(rules, random);
    }

    private void times(int most, Runnable action) {
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            action.run();
        }
    }

    private int rule(UnaryOperator<TableMappings.Builder> add) {
        int id = freeIds.remove(freeIds.size() - 1);
        List<Rule> built = add.apply(TableMappings.builder().include("%", "%"))
                .withId("1" + id)
                .withName("r" + id)
                .build()
                .rules();
        rules.add(built.get(built.size() - 1).withId(Integer.toString(id)));
        return id;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String schemaPattern() {
        return any(List.of("%", "Sales", "hr[_]data", "hr_data", "S%"));
    }

    private String tablePattern() {
        return any(List.of("%", "%", "Orders", "order[_]items", "%[_]%", "x_t", "Ünï", "[a-z]%"));
    }

    private String columnPattern() {
        return any(List.of("%", "%[_]%", "[A-Z]%", "id", "ID", "customer_name", "k%", "odd name", "ssn", "val"));
    }

    private void select() {
        if (random.nextInt(3) == 0) {
            Source table = any(sources);
            String key = table.key().get(0);
            filtered = table.id();
            rule(m -> m.include(table.id().schema(), table.id().name(), Filter.of(key, Condition.between("2", "3"))));
            includes.add(List.of(
                    TableMappings.literal(table.id().schema()),
                    TableMappings.literal(table.id().name())));
        } else {
            times(1, this::include);
            include();
            if (random.nextInt(3) == 0) {
                List<String> where = List.of(schemaPattern(), tablePattern());
                rule(m -> m.exclude(where.get(0), where.get(1)));
                excludes.add(where);
            }
        }
    }

    private void include() {
        List<String> where = List.of(schemaPattern(), tablePattern());
        rule(m -> m.include(where.get(0), where.get(1)));
        includes.add(where);
    }

    private void name() {
        Level level = any(List.of(Level.values()));
        List<String> where = switch (level) {
            case SCHEMA -> List.of(schemaPattern());
            case TABLE -> List.of(schemaPattern(), tablePattern());
            case COLUMN -> List.of(schemaPattern(), tablePattern(), columnPattern());
        };
        SourceObject object = switch (level) {
            case SCHEMA -> SourceObject.schema(where.get(0));
            case TABLE -> SourceObject.table(where.get(0), where.get(1));
            case COLUMN -> SourceObject.column(where.get(0), where.get(1), where.get(2));
        };
        String header = switch (level) {
            case SCHEMA -> "$AR_M_SOURCE_SCHEMA";
            case TABLE -> "$AR_M_SOURCE_TABLE_NAME";
            case COLUMN -> "$AR_M_SOURCE_COLUMN_NAME";
        };
        UnaryOperator<TableMappings.Builder> action;
        UnaryOperator<String> change;
        switch (random.nextInt(8)) {
            case 0 -> {
                action = m -> m.convertLowercase(object);
                change = name -> name.toLowerCase(Locale.ROOT);
            }
            case 1 -> {
                action = m -> m.convertUppercase(object);
                change = name -> name.toUpperCase(Locale.ROOT);
            }
            case 2 -> {
                action = m -> m.addPrefix("p_").to(object);
                change = name -> "p_" + name;
            }
            case 3 -> {
                action = m -> m.addSuffix("_s").to(object);
                change = name -> name + "_s";
            }
            case 4 -> {
                action = m -> m.removePrefix("order_").from(object);
                change = name -> name.startsWith("order_") ? name.substring(6) : name;
            }
            case 5 -> {
                action = m -> m.replaceSuffix("name").with("label").in(object);
                change = name -> name.endsWith("name") ? name.substring(0, name.length() - 4) + "label" : name;
            }
            case 6 -> {
                computedNames = true;
                action = m -> m.renameByExpression(object).to("'x' || " + header + " || 1");
                change = name -> "x" + name + "1";
            }
            default -> {
                action = m -> m.rename(object).to("renamed");
                change = name -> "renamed";
            }
        }
        names.add(new Name(rule(action), level, where, change));
    }

    private void type() {
        record Choice(String column, @Nullable String ofType, DataType type) {}

        Choice choice = any(List.of(
                new Choice("ID", null, DataType.parse("int8")),
                new Choice("Amount", null, DataType.parse("numeric(20,4)")),
                new Choice("Amount", null, DataType.parse("real8")),
                new Choice("placed", null, DataType.parse("date")),
                new Choice("born", null, DataType.parse("datetime")),
                new Choice("qty", null, DataType.parse("string(10)")),
                new Choice("customer_name", null, DataType.parse("string(64)")),
                new Choice("%", "nclob", DataType.parse("string(100)")),
                new Choice("%", "int2", DataType.parse("int4"))));
        List<String> where = List.of("%", "%", choice.column());
        SourceObject.Columns columns = SourceObject.column("%", "%", choice.column());
        String ofType = choice.ofType();
        int id = rule(m -> m.changeDataType(ofType == null ? columns : columns.ofType(ofType))
                .to(choice.type()));
        types.add(new Type(id, where, ofType, choice.type()));
    }

    private void drop() {
        boolean includesColumns = random.nextInt(3) == 0;
        if (!includesColumns) {
            List<String> where = List.of(
                    schemaPattern(), tablePattern(), any(List.of("note", "qty", "born", "val", "%name", "active")));
            rule(m -> m.removeColumn(where.get(0), where.get(1), where.get(2)));
            droppings.add(new Dropping(where, false));
            return;
        }

        Source table = any(sources);
        for (String key : table.key()) {
            List<String> where = List.of(
                    TableMappings.literal(table.id().schema()),
                    TableMappings.literal(table.id().name()),
                    TableMappings.literal(key));
            rule(m -> m.includeColumn(SourceObject.column(where.get(0), where.get(1), where.get(2))));
            droppings.add(new Dropping(where, true));
        }
    }

    private void mask() {
        String column = any(List.of("customer_name", "ssn", "odd name"));
        List<String> where = List.of("%", "%", column);
        SourceObject.Columns columns = SourceObject.column("%", "%", column);
        Mask mask = any(List.of(Mask.values()));
        int id = rule(
                switch (mask) {
                    case DIGITS -> m -> m.maskDigits(columns).with("*");
                    case RANDOM -> m -> m.randomizeDigits(columns);
                    case HASH -> m -> m.hash(columns);
                });
        masks.add(new Masking(id, where, mask));
    }

    private void add() {
        record Choice(String name, DataType type, String expression) {}

        Choice choice = any(List.of(
                new Choice("add_seq", DataType.string(35), "$AR_H_CHANGE_SEQ"),
                new Choice("add_seq2", DataType.string(50), "$AR_H_CHANGE_SEQ"),
                new Choice("add_time", DataType.datetime(6), "$AR_H_COMMIT_TIMESTAMP"),
                new Choice("add_number", DataType.parse("int4"), "abs(-7) + 1"),
                new Choice("add_table", DataType.string(60), "lower($AR_M_SOURCE_TABLE_NAME) || '!'")));
        if (added.stream().anyMatch(other -> other.name().equals(choice.name()))) {
            return;
        }
        List<String> where = List.of(schemaPattern(), tablePattern());
        int id = rule(m -> m.addColumn(where.get(0), where.get(1), choice.name(), choice.type(), choice.expression()));
        added.add(new Added(id, where, choice.name(), choice.type()));
    }

    TableMappings mappings() {
        return TableMappings.of(rules.toArray(Rule[]::new));
    }

    boolean computedNames() {
        return computedNames;
    }

    /** Whether a row with this first key is read. */
    boolean reads(TableId table, int key) {
        return !table.equals(filtered) || (key >= 2 && key <= 3);
    }

    private static boolean matches(List<String> where, String... object) {
        for (int i = 0; i < where.size(); i++) {
            if (!pattern(where.get(i)).matcher(object[i]).matches()) {
                return false;
            }
        }
        return true;
    }

    private static Pattern pattern(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '[') {
                int end = text.indexOf(']', i);
                regex.append(text, i, end + 1);
                i = end;
            } else {
                regex.append(
                        switch (c) {
                            case '%' -> ".*";
                            case '_' -> ".";
                            default -> Pattern.quote(String.valueOf(c));
                        });
            }
        }
        return Pattern.compile(regex.toString());
    }

    private String named(Level level, String name, String... object) {
        return names.stream()
                .filter(rule -> rule.level() == level && matches(rule.where(), object))
                .min(Comparator.comparingInt(Name::id))
                .map(rule -> rule.change().apply(name))
                .orElse(name);
    }

    /** Empty if the table is not selected. */
    Optional<Landing> landing(Source source) {
        String schema = source.id().schema();
        String table = source.id().name();
        if (includes.stream().noneMatch(where -> matches(where, schema, table))
                || excludes.stream().anyMatch(where -> matches(where, schema, table))) {
            return Optional.empty();
        }

        Map<String, DataType> columns = new LinkedHashMap<>();
        Map<String, String> bySource = new LinkedHashMap<>();
        Map<String, Mask> masked = new LinkedHashMap<>();
        Map<String, DataType> before = new LinkedHashMap<>();
        boolean onlyIncluded = droppings.stream()
                .anyMatch(rule -> rule.includes() && matches(rule.where().subList(0, 2), schema, table));
        source.columns().forEach((column, sourceType) -> {
            boolean removed = droppings.stream()
                    .anyMatch(rule -> !rule.includes() && matches(rule.where(), schema, table, column));
            boolean included = droppings.stream()
                    .anyMatch(rule -> rule.includes() && matches(rule.where(), schema, table, column));
            if (removed || (onlyIncluded && !included)) {
                return;
            }

            Optional<Type> type = types.stream()
                    .filter(rule -> matches(rule.where(), schema, table, column)
                            && (rule.ofType() == null
                                    || rule.ofType()
                                            .equalsIgnoreCase(sourceType.kind().name())))
                    .min(Comparator.comparingInt(Type::id));
            Optional<Name> name = names.stream()
                    .filter(rule -> rule.level() == Level.COLUMN && matches(rule.where(), schema, table, column))
                    .min(Comparator.comparingInt(Name::id));
            boolean typed = type.isPresent()
                    && (name.isEmpty() || type.get().id() < name.get().id());
            String target =
                    typed || name.isEmpty() ? column : name.get().change().apply(column);
            DataType targetType = typed ? type.get().type() : sourceType;
            columns.put(target, targetType);
            bySource.put(column, target);
            masks.stream()
                    .filter(rule -> matches(rule.where(), schema, table, column))
                    .min(Comparator.comparingInt(Masking::id))
                    .ifPresent(rule -> masked.put(target, rule.mask()));
            if (beforePrefix != null && source.key().contains(column)) {
                before.put(beforePrefix + target, targetType);
            }
        });
        added.stream()
                .filter(rule -> matches(rule.where(), schema, table))
                .sorted(Comparator.comparingInt(Added::id))
                .forEach(rule -> columns.put(rule.name(), rule.type()));
        columns.putAll(before);
        TableId target = TableId.of(named(Level.SCHEMA, schema, schema), named(Level.TABLE, table, schema, table));
        return Optional.of(new Landing(target, columns, bySource, masked));
    }

    /** The mask's outcome, or what is certain of it: {@code ?} stands for any digit. */
    static boolean hidden(Mask mask, String before, String after, int length) {
        return switch (mask) {
            case DIGITS -> after.equals(before.replaceAll("\\d", "*"));
            case RANDOM -> after.replaceAll("\\d", "?").equals(before.replaceAll("\\d", "?"));
            case HASH -> {
                String hash = DataMask.sha256(before.getBytes(StandardCharsets.UTF_8));
                yield after.equals(length > 0 && length < hash.length() ? hash.substring(0, length) : hash)
                        && HexFormat.isHexDigit(after.charAt(0));
            }
        };
    }
}

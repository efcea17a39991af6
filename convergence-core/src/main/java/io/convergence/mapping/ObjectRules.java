package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.DataType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The part of {@link TableMappings.Builder} that names what it changes by a {@link SourceObject}. Not thread-safe. */
public abstract sealed class ObjectRules permits TableMappings.Builder {
    ObjectRules() {}

    /** Adds a rule under the next id and a name that begins so. */
    abstract TableMappings.Builder add(String prefix, Function<RuleKey, Rule> rule);

    /** Notes that a sentence was begun which adds its rule at its end. */
    abstract void begin(String sentence);

    TableMappings.Builder rename(RuleTarget target, ObjectLocator locator, String newName) {
        requireNonNull(newName, "newName");
        String prefix =
                "rename" + target.name().charAt(0) + target.name().substring(1).toLowerCase(Locale.ROOT);
        return add(
                prefix, key -> new NamingRule.Rename(key.id(), key.name(), target, locator, newName, null, Map.of()));
    }

    /** Begins {@code rename(table("sales", "Orders")).to("orders")}. */
    public Sentence.To<String> rename(SourceObject object) {
        begin("rename");
        return newName -> rename(object.target(), object.locator(), newName);
    }

    /** Begins {@code renameByExpression(table("sales", "%")).to("lower($AR_M_SOURCE_TABLE_NAME)")}. */
    public Sentence.To<String> renameByExpression(SourceObject object) {
        begin("renameByExpression");
        return expression -> add(
                "rename",
                key -> new NamingRule.Rename(
                        key.id(), key.name(), object.target(), object.locator(), null, expression, Map.of()));
    }

    public TableMappings.Builder convertLowercase(SourceObject object) {
        return add(
                "convertLowercase",
                key -> new NamingRule.ConvertLowercase(
                        key.id(), key.name(), object.target(), object.locator(), Map.of()));
    }

    public TableMappings.Builder convertUppercase(SourceObject object) {
        return add(
                "convertUppercase",
                key -> new NamingRule.ConvertUppercase(
                        key.id(), key.name(), object.target(), object.locator(), Map.of()));
    }

    /** Begins {@code addPrefix("raw_").to(table("sales", "%"))}. */
    public Sentence.To<SourceObject> addPrefix(String prefix) {
        begin("addPrefix");
        return object -> add(
                "addPrefix",
                key -> new NamingRule.AddPrefix(
                        key.id(), key.name(), object.target(), object.locator(), prefix, Map.of()));
    }

    /** Begins {@code addSuffix("_raw").to(table("sales", "%"))}. */
    public Sentence.To<SourceObject> addSuffix(String suffix) {
        begin("addSuffix");
        return object -> add(
                "addSuffix",
                key -> new NamingRule.AddSuffix(
                        key.id(), key.name(), object.target(), object.locator(), suffix, Map.of()));
    }

    /** Begins {@code removePrefix("t_").from(table("sales", "t[_]%"))}. */
    public Sentence.From<SourceObject> removePrefix(String prefix) {
        begin("removePrefix");
        return object -> add(
                "removePrefix",
                key -> new NamingRule.RemovePrefix(
                        key.id(), key.name(), object.target(), object.locator(), prefix, Map.of()));
    }

    /** Begins {@code removeSuffix("_old").from(table("sales", "%[_]old"))}. */
    public Sentence.From<SourceObject> removeSuffix(String suffix) {
        begin("removeSuffix");
        return object -> add(
                "removeSuffix",
                key -> new NamingRule.RemoveSuffix(
                        key.id(), key.name(), object.target(), object.locator(), suffix, Map.of()));
    }

    /** Begins {@code replacePrefix("t_").with("table_").in(table("sales", "t[_]%"))}. */
    public Sentence.With<String, Sentence.In<SourceObject>> replacePrefix(String oldPrefix) {
        begin("replacePrefix");
        return newPrefix -> object -> add(
                "replacePrefix",
                key -> new NamingRule.ReplacePrefix(
                        key.id(), key.name(), object.target(), object.locator(), oldPrefix, newPrefix, Map.of()));
    }

    /** Begins {@code replaceSuffix("_old").with("_archive").in(table("sales", "%[_]old"))}. */
    public Sentence.With<String, Sentence.In<SourceObject>> replaceSuffix(String oldSuffix) {
        begin("replaceSuffix");
        return newSuffix -> object -> add(
                "replaceSuffix",
                key -> new NamingRule.ReplaceSuffix(
                        key.id(), key.name(), object.target(), object.locator(), oldSuffix, newSuffix, Map.of()));
    }

    /** Writes of a table only the columns that such rules name. */
    public TableMappings.Builder includeColumn(SourceObject.Columns column) {
        return add(
                "includeColumn",
                key -> new TransformationRule.IncludeColumn(key.id(), key.name(), column.locator(), Map.of()));
    }

    /** Begins {@code changeDataType(column("sales", "Orders", "amount")).to(DataType.numeric(18, 4))}. */
    public Sentence.To<DataType> changeDataType(SourceObject.Columns column) {
        begin("changeDataType");
        return type -> add(
                "changeDataType",
                key -> new TransformationRule.ChangeDataType(
                        key.id(), key.name(), column.locator(), RuleDataType.of(type), Map.of()));
    }

    /** Begins {@code maskDigits(column("sales", "Customers", "passport")).with("#")}: one printable ASCII character. */
    public Sentence.With<String, TableMappings.Builder> maskDigits(SourceObject.Columns column) {
        begin("maskDigits");
        return character -> add(
                "maskDigits",
                key -> new MaskingRule.DigitsMask(key.id(), key.name(), column.locator(), character, Map.of()));
    }

    /** Writes random digits in place of those of the column. */
    public TableMappings.Builder randomizeDigits(SourceObject.Columns column) {
        return add(
                "randomizeDigits",
                key -> new MaskingRule.DigitsRandomize(key.id(), key.name(), column.locator(), Map.of()));
    }

    /** Writes the SHA-256 of the column's values, {@value MaskingRule.HashMask#LENGTH} characters. */
    public TableMappings.Builder hash(SourceObject.Columns column) {
        return add("hash", key -> new MaskingRule.HashMask(key.id(), key.name(), column.locator(), Map.of()));
    }

    /** Defines the key of one table; the names must be exact. Files on S3 have no keys. */
    public TableMappings.Builder definePrimaryKey(SourceObject.Tables table, String keyName, String... columns) {
        return add(
                "definePrimaryKey",
                key -> new TransformationRule.DefinePrimaryKey(
                        key.id(),
                        key.name(),
                        table.locator(),
                        keyName,
                        TransformationRule.DefinePrimaryKey.Origin.PRIMARY_KEY,
                        List.of(columns),
                        Map.of()));
    }

    /** Adds before-images of the columns that {@code filter} says, named prefix, column, suffix. */
    public TableMappings.Builder addBeforeImageColumns(
            SourceObject.Tables table, String prefix, String suffix, BeforeImageFilter filter) {
        return add(
                "addBeforeImageColumns",
                key -> new TransformationRule.AddBeforeImageColumns(
                        key.id(), key.name(), table.locator(), prefix, suffix, filter, Map.of()));
    }

    /** Loads one table in segments; both names are exact. */
    public TableMappings.Builder parallelLoad(String schema, String table, ParallelLoad load) {
        ObjectLocator locator = ObjectLocator.ofTable(schema, table);
        requireNonNull(load, "load");
        return add("parallelLoad", key -> new TableSettingsRule(key.id(), key.name(), locator, load, null, Map.of()));
    }

    /** Tags the objects on S3 of all tables whose names match. */
    public TableMappings.Builder addTags(String schemaPattern, String tablePattern, PostProcessingRule.Tag... tags) {
        ObjectLocator locator = ObjectLocator.ofTable(schemaPattern, tablePattern);
        return add("addTags", key -> new PostProcessingRule(key.id(), key.name(), locator, List.of(tags), Map.of()));
    }

    /** Has DMS's validation compare one column by these functions, in each database's SQL, of <code>${column-name}</code>. */
    public TableMappings.Builder overrideValidationFunction(
            SourceObject.Columns column, String sourceFunction, String targetFunction) {
        return add(
                "overrideValidationFunction",
                key -> new ValidationRule(
                        key.id(), key.name(), column.locator(), sourceFunction, targetFunction, Map.of()));
    }

    /** What a builder gives to a rule. */
    record RuleKey(String id, String name) {}
}

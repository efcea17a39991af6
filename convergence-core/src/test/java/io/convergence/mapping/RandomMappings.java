package io.convergence.mapping;

import io.convergence.mapping.MappingParameters.AttributeMapping;
import io.convergence.mapping.MappingParameters.ConditionExpression;
import io.convergence.mapping.MappingParameters.PartitionKeyType;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes documents of rules of every kind with every key, sensible or not, from a seed. */
final class RandomMappings {
    private final Random random;

    RandomMappings(long seed) {
        random = new Random(seed);
    }

    TableMappings next() {
        return new TableMappings(list(8, this::rule), others());
    }

    private Rule rule() {
        return switch (random.nextInt(24)) {
            case 0, 1 ->
                new SelectionRule(
                        id(),
                        name(),
                        any(SelectionRule.Action.values()),
                        locator(),
                        any(SelectionRule.TableType.values()),
                        maybe(random::nextInt),
                        list(3, this::filter),
                        others());
            case 2 -> new TableSettingsRule(id(), name(), locator(), maybe(this::load), maybe(this::lobs), others());
            case 3 -> new PostProcessingRule(id(), name(), locator(), list(3, this::tag), others());
            case 4 -> new ValidationRule(id(), name(), locator(), text(), text(), others());
            case 5 ->
                new ObjectMappingRule(
                        id(),
                        name(),
                        any(ObjectMappingRule.Action.values()),
                        locator(),
                        maybe(this::text),
                        maybe(this::text),
                        maybe(this::parameters),
                        others());
            default -> transformation();
        };
    }

    private Rule transformation() {
        RuleTarget target = any(RuleTarget.values());
        return switch (random.nextInt(18)) {
            case 0 ->
                new NamingRule.Rename(id(), name(), target, locator(), maybe(this::text), maybe(this::text), others());
            case 1 -> new NamingRule.ConvertLowercase(id(), name(), target, locator(), others());
            case 2 -> new NamingRule.ConvertUppercase(id(), name(), target, locator(), others());
            case 3 -> new NamingRule.AddPrefix(id(), name(), target, locator(), text(), others());
            case 4 -> new NamingRule.AddSuffix(id(), name(), target, locator(), text(), others());
            case 5 -> new NamingRule.RemovePrefix(id(), name(), target, locator(), text(), others());
            case 6 -> new NamingRule.RemoveSuffix(id(), name(), target, locator(), text(), others());
            case 7 -> new NamingRule.ReplacePrefix(id(), name(), target, locator(), text(), text(), others());
            case 8 -> new NamingRule.ReplaceSuffix(id(), name(), target, locator(), text(), text(), others());
            case 9 -> new TransformationRule.RemoveColumn(id(), name(), locator(), others());
            case 10 -> new TransformationRule.IncludeColumn(id(), name(), locator(), others());
            case 11 ->
                new TransformationRule.AddColumn(
                        id(), name(), locator(), text(), maybe(this::dataType), maybe(this::text), others());
            case 12 -> new TransformationRule.ChangeDataType(id(), name(), locator(), dataType(), others());
            case 13 ->
                new DefinePrimaryKey(
                        id(),
                        name(),
                        locator(),
                        text(),
                        any(DefinePrimaryKey.Origin.values()),
                        list(3, this::text),
                        nested("primary-key-def"));
            case 14 ->
                new TransformationRule.AddBeforeImageColumns(
                        id(),
                        name(),
                        locator(),
                        text(),
                        text(),
                        any(BeforeImageFilter.values()),
                        nested("before-image-def"));
            case 15 -> new MaskingRule.DigitsMask(id(), name(), locator(), text(), others());
            case 16 -> new MaskingRule.DigitsRandomize(id(), name(), locator(), others());
            default -> new MaskingRule.HashMask(id(), name(), locator(), others());
        };
    }

    private ObjectLocator locator() {
        return new ObjectLocator(
                any("%", "%", "orders", text()),
                any("%", "%", "orders", text()),
                text(),
                text(),
                text(),
                maybe(() -> any("clob", "%", "float8")),
                others());
    }

    private Filter filter() {
        return new Filter(
                text(),
                list(
                        3,
                        () -> new Filter.Condition(
                                any("eq", "gt", "between", "null"),
                                maybe(this::text),
                                maybe(this::text),
                                maybe(this::text),
                                others())),
                others());
    }

    private ParallelLoad load() {
        return switch (random.nextInt(5)) {
            case 0 ->
                new ParallelLoad.PartitionsAuto(
                        maybe(random::nextInt),
                        maybe(random::nextBoolean),
                        maybe(random::nextInt),
                        maybe(random::nextInt),
                        others());
            case 1 -> new ParallelLoad.SubpartitionsAuto(others());
            case 2 -> new ParallelLoad.PartitionsList(list(3, this::text), list(3, this::text), others());
            case 3 ->
                new ParallelLoad.Ranges(
                        list(3, this::text), list(3, () -> list(3, this::text)), list(3, this::text), others());
            default -> new ParallelLoad.None(others());
        };
    }

    private LobSettings lobs() {
        return new LobSettings(any(LobSettings.Mode.values()), maybe(random::nextInt), others());
    }

    private PostProcessingRule.Tag tag() {
        return new PostProcessingRule.Tag(text(), text());
    }

    private RuleDataType dataType() {
        return new RuleDataType(
                any("string", "numeric", "float8", "set"),
                maybe(random::nextInt),
                maybe(random::nextInt),
                maybe(random::nextInt),
                others());
    }

    private MappingParameters parameters() {
        return new MappingParameters(
                maybe(() -> any(PartitionKeyType.values())),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                list(3, this::text),
                list(
                        3,
                        () -> new AttributeMapping(
                                maybe(this::text),
                                maybe(this::text),
                                maybe(this::text),
                                maybe(this::text),
                                maybe(() -> any("\"${a}\"", "{\"M\":{}}", "7")),
                                others())),
                maybe(() -> new ConditionExpression(
                        text(),
                        maybe(() -> "[{\"name\":\":a\",\"value\":\"${b}\"}]"),
                        maybe(random::nextBoolean),
                        maybe(random::nextBoolean),
                        others())),
                others());
    }

    private String id() {
        return any("1", "2", "10", "007", "", "id-1", "999999999999999999999");
    }

    private String name() {
        return any("a", "b", "", "two words", "31");
    }

    private String text() {
        return any("%", "orders", "t[_]%", "a[", "", "\u00fc\u05d0", "quo\"te\\", "$x || 'y'", "numb3r", "12");
    }

    private Map<String, String> others() {
        return random.nextInt(4) > 0
                ? Map.of()
                : Map.of("x-note", any("\"text\"", "[1,{\"a\":null}]", "{\"b\":[]}", "0.10", "true"));
    }

    private Map<String, String> nested(String key) {
        return random.nextBoolean() ? others() : Map.of(key, "{\"x-inner\":[1]}");
    }

    @SafeVarargs
    private <T> T any(T... values) {
        return values[random.nextInt(values.length)];
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> list(int most, Supplier<? extends T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }
}

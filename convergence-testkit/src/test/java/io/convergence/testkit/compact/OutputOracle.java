package io.convergence.testkit.compact;

import io.convergence.testkit.compact.RandomFileSet.TrueFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Whether a compacted file holds the rows of its raw files: values, nulls, order, types, statistics. Reads with parquet-java's row
 * reader and DuckDB, never with the code under test, and knows the rows from where they were made up.
 */
final class OutputOracle {
    private static final int SHOWN = 5;
    private static final int FILTERS = 1;

    private final DuckFiles duck;
    private final Random random;

    /** @param duck null to leave DuckDB out */
    OutputOracle(DuckFiles duck, Random random) {
        this.duck = duck;
        this.random = random;
    }

    /**
     * What is wrong, in words; empty if nothing is.
     *
     * @param all files of the table: an output's columns are wide enough for those before its sources, too
     */
    List<String> problems(String key, byte[] output, List<TrueFile> sources, List<TrueFile> all) {
        List<String> problems = new ArrayList<>();
        var file = new ParquetMemory(output);
        MessageType schema;
        List<Object[]> rows;
        try {
            schema = file.schema();
            rows = file.rows();
        } catch (RuntimeException e) {
            return List.of("output '" + key + "' cannot be read by parquet-java: " + rootCause(e));
        }

        checkColumns(schema, sources, all, problems);
        checkRows(schema, rows.stream().map(row -> meanings(schema, row)).toList(), sources, problems, "parquet-java");
        try {
            problems.addAll(PageOracle.problems(output, schema, rows, boundless(schema, sources)));
        } catch (RuntimeException e) {
            problems.add("its pages cannot be taken apart: " + rootCause(e));
        }
        checkFilters(file, schema, rows, problems);
        if (duck != null) {
            try {
                checkRows(schema, duck.rows(output, schema), sources, problems, "DuckDB");
            } catch (RuntimeException e) {
                problems.add("DuckDB cannot read it: " + rootCause(e));
            }
        }

        return problems.stream()
                .limit(SHOWN)
                .map(problem -> "output '" + key + "': " + problem)
                .toList();
    }

    /** What is wrong with columns and rows, as parquet-java reads them; pages, indexes and bounds are not looked at. */
    List<String> rowProblems(String key, byte[] output, List<TrueFile> sources, List<TrueFile> all) {
        List<String> problems = new ArrayList<>();
        var file = new ParquetMemory(output);
        MessageType schema = file.schema();
        checkColumns(schema, sources, all, problems);
        List<Meaning[]> rows =
                file.rows().stream().map(row -> meanings(schema, row)).toList();
        checkRows(schema, rows, sources, problems, "parquet-java");
        return problems.stream()
                .limit(SHOWN)
                .map(problem -> "output '" + key + "': " + problem)
                .toList();
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null ? failure : rootCause(failure.getCause());
    }

    static Meaning[] meanings(MessageType schema, Object[] row) {
        Meaning[] meanings = new Meaning[row.length];
        for (int i = 0; i < row.length; i++) {
            meanings[i] = Meaning.of(schema.getType(i).asPrimitiveType(), row[i]);
        }

        return meanings;
    }

    /** Columns whose bounds no raw file must tell, and no output: of INT96, which has no order, and where a NaN may be. */
    private static Set<String> boundless(MessageType schema, List<TrueFile> sources) {
        Set<String> columns = new HashSet<>();
        sources.forEach(source -> columns.addAll(new ParquetMemory(source.bytes()).boundless()));
        columns.removeIf(name -> schema.containsField(name)
                && switch (schema.getType(name).asPrimitiveType().getPrimitiveTypeName()) {
                    case INT96, FLOAT, DOUBLE -> false;
                    default -> true;
                });
        return columns;
    }

    private static void checkColumns(
            MessageType schema, List<TrueFile> sources, List<TrueFile> all, List<String> problems) {
        Map<String, List<PrimitiveType>> types = RandomFileSet.typesByColumn(sources);
        Map<String, List<PrimitiveType>> typesOfAll = RandomFileSet.typesByColumn(all);
        for (Type field : schema.getFields()) {
            List<PrimitiveType> known = types.remove(field.getName());
            List<PrimitiveType> ever = typesOfAll.get(field.getName());
            if (ever == null) {
                problems.add("column " + field + " is in no raw file");
            } else if (known != null && !isUnion(field.asPrimitiveType(), known, ever)) {
                problems.add("column " + field + " holds what was " + Set.copyOf(known));
            }
            if (!field.isRepetition(Type.Repetition.OPTIONAL)) {
                problems.add("column " + field + " is not optional");
            }
        }
        if (!types.isEmpty()) {
            problems.add("columns " + types.keySet() + " are missing");
        }
    }

    /** S15, written apart from the code under test: the same type, or one that takes the values of all and not much more. */
    private static boolean isUnion(PrimitiveType type, List<PrimitiveType> known, List<PrimitiveType> ever) {
        Set<Meaning.Sort> sorts = new HashSet<>();
        known.forEach(one -> sorts.add(Meaning.sort(one)));
        if (!sorts.equals(Set.of(Meaning.sort(type)))) {
            return false;
        }

        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            int whole = known.stream().mapToInt(OutputOracle::wholeDigits).max().orElse(0);
            return decimal.getScale()
                            >= known.stream()
                                    .mapToInt(OutputOracle::scale)
                                    .max()
                                    .orElse(0)
                    && decimal.getScale()
                            <= ever.stream().mapToInt(OutputOracle::scale).max().orElse(0)
                    && decimal.getPrecision() - decimal.getScale() >= whole;
        }

        boolean wasOneType = Set.copyOf(ever).size() == 1;
        return !wasOneType
                || known.stream()
                        .allMatch(one -> one.getPrimitiveTypeName() == type.getPrimitiveTypeName()
                                && one.getTypeLength() == type.getTypeLength()
                                && Objects.equals(one.getLogicalTypeAnnotation(), annotation));
    }

    private static int scale(PrimitiveType type) {
        return type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal ? decimal.getScale() : 0;
    }

    private static int wholeDigits(PrimitiveType type) {
        return type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
                ? decimal.getPrecision() - decimal.getScale()
                : 0;
    }

    private static void checkRows(
            MessageType schema, List<Meaning[]> rows, List<TrueFile> sources, List<String> problems, String reader) {
        int at = 0;
        for (TrueFile source : sources) {
            int[] places = schema.getFields().stream()
                    .mapToInt(field -> source.schema().containsField(field.getName())
                            ? source.schema().getFieldIndex(field.getName())
                            : -1)
                    .toArray();
            for (int row = 0; row < source.rows().size(); row++) {
                if (at == rows.size()) {
                    problems.add(reader + " finds " + rows.size() + " rows, the first missing is row " + row + " of "
                            + source);
                    return;
                }

                Object[] cells = source.rows().get(row);
                for (int column = 0; column < places.length; column++) {
                    Meaning expected = places[column] < 0
                            ? null
                            : Meaning.of(
                                    source.schema().getType(places[column]).asPrimitiveType(), cells[places[column]]);
                    Meaning found = rows.get(at)[column];
                    if (!same(expected, found, reader)) {
                        problems.add(reader + " finds " + found + " in row " + at + ", column '"
                                + schema.getFieldName(column) + "' (" + schema.getType(column) + "); row " + row
                                + " of " + source + " has " + expected
                                + (places[column] < 0
                                        ? ""
                                        : " (" + source.schema().getType(places[column]) + ")"));
                        if (problems.size() >= SHOWN) {
                            return;
                        }
                    }
                }
                at++;
            }
        }
        if (at < rows.size()) {
            problems.add(reader + " finds " + rows.size() + " rows, the raw files have " + at);
        }
    }

    private static boolean same(Meaning expected, Meaning found, String reader) {
        if (expected != null
                && found != null
                && expected.sort() == Meaning.Sort.INT96_TIMESTAMP
                && reader.equals("DuckDB")) {
            // DuckDB keeps microseconds of an INT96.
            var nanos = (java.math.BigInteger) expected.value();
            var thousand = java.math.BigInteger.valueOf(1000);
            return nanos.divide(thousand).equals(((java.math.BigInteger) found.value()).divide(thousand));
        }

        return Objects.equals(expected, found);
    }

    /** A reader that skips what statistics and indexes rule out must find the same rows. */
    private void checkFilters(ParquetMemory file, MessageType schema, List<Object[]> rows, List<String> problems) {
        for (int i = 0; i < FILTERS && !rows.isEmpty(); i++) {
            int column = random.nextInt(schema.getFieldCount());
            PrimitiveType type = schema.getType(column).asPrimitiveType();
            Object value = rows.get(random.nextInt(rows.size()))[column];
            FilterPredicate predicate = predicate(type, value);
            if (predicate == null) {
                continue;
            }

            FilterCompat.Filter filter = FilterCompat.get(predicate);
            int all = file.rows(filter, ParquetMemory.Skipping.OFF).size();
            int found;
            try {
                found = file.rows(filter, ParquetMemory.Skipping.ALLOWED).size();
            } catch (RuntimeException e) {
                problems.add("with " + predicate + " it cannot be read through its indexes: " + rootCause(e));
                continue;
            }
            if (found != all) {
                problems.add("with " + predicate + " a reader finds " + all + " rows, but " + found
                        + " through statistics and indexes");
            }
        }
    }

    private FilterPredicate predicate(PrimitiveType type, Object value) {
        String name = type.getName();
        int operator = value == null ? 0 : random.nextInt(4);
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> {
                var column = FilterApi.intColumn(name);
                Integer of = (Integer) value;
                yield switch (operator) {
                    case 0 -> FilterApi.eq(column, of);
                    case 1 -> FilterApi.notEq(column, of);
                    case 2 -> FilterApi.ltEq(column, of);
                    default -> FilterApi.gtEq(column, of);
                };
            }
            case INT64 -> {
                var column = FilterApi.longColumn(name);
                Long of = (Long) value;
                yield switch (operator) {
                    case 0 -> FilterApi.eq(column, of);
                    case 1 -> FilterApi.notEq(column, of);
                    case 2 -> FilterApi.ltEq(column, of);
                    default -> FilterApi.gtEq(column, of);
                };
            }
            case DOUBLE -> {
                var column = FilterApi.doubleColumn(name);
                Double of = (Double) value;
                yield of != null && of.isNaN()
                        ? null
                        : operator < 2 ? FilterApi.eq(column, of) : FilterApi.ltEq(column, of);
            }
            case FLOAT -> {
                var column = FilterApi.floatColumn(name);
                Float of = (Float) value;
                yield of != null && of.isNaN()
                        ? null
                        : operator < 2 ? FilterApi.eq(column, of) : FilterApi.gtEq(column, of);
            }
            case BINARY, FIXED_LEN_BYTE_ARRAY -> {
                var column = FilterApi.binaryColumn(name);
                Binary of = (Binary) value;
                yield switch (operator) {
                    case 0 -> FilterApi.eq(column, of);
                    case 1 -> FilterApi.notEq(column, of);
                    case 2 -> FilterApi.ltEq(column, of);
                    default -> FilterApi.gtEq(column, of);
                };
            }
            case BOOLEAN -> FilterApi.eq(FilterApi.booleanColumn(name), (Boolean) value);
            case INT96 -> null;
        };
    }
}

package io.convergence.judges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files another process wrote, and the rows that must be found in them.
 *
 * @param files Parquet files in the order in which their rows follow each other; all in one folder that holds nothing else
 * @param typedOnly further columns of the files, of which only the types are expected: no other may be there
 * @param ordered whether the order of the rows is part of what is expected
 * @param expectedFrom where the expected rows come from, for people
 */
public record JudgeCase(
        String name,
        Path folder,
        List<Path> files,
        List<JudgeColumn> columns,
        List<JudgeColumn> typedOnly,
        boolean ordered,
        String expectedFrom) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The system property that names the folder of all cases. */
    static final String FOLDER = "convergence.cases";

    public JudgeCase {
        files = List.copyOf(files);
        columns = List.copyOf(columns);
        typedOnly = List.copyOf(typedOnly);
    }

    /**
     * All cases, by name.
     *
     * @throws IllegalStateException if there is no folder, no case, or a case that is not complete: a judge that sees nothing
     *     has judged nothing
     */
    public static List<JudgeCase> all() {
        String folder = System.getProperty(FOLDER);
        if (folder == null) {
            throw new IllegalStateException("Cannot find the cases: the system property '" + FOLDER
                    + "' is not set. Run with Maven and -Pjudges.");
        }

        return in(Path.of(folder));
    }

    static List<JudgeCase> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException("Cannot find the cases: folder '" + folder
                    + "' does not exist. Build judges/fixtures first (mvn -Pjudges verify).");
        }

        List<Path> folders;
        try (Stream<Path> list = Files.list(folder)) {
            folders = list.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list folder '" + folder + "'.", e);
        }

        List<JudgeCase> cases = folders.stream().map(JudgeCase::open).toList();
        if (cases.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot judge: folder '" + folder + "' holds no case. Build judges/fixtures again.");
        }

        return cases;
    }

    static JudgeCase open(Path folder) {
        Path description = folder.resolve("case.json");
        JsonNode json;
        try {
            json = JSON.readTree(description.toFile());
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read case '" + description + "'. Build judges/fixtures again.", e);
        }

        List<Path> files = new ArrayList<>();
        for (JsonNode file : json.path("files")) {
            files.add(folder.resolve(file.asText()));
        }

        JudgeCase result = new JudgeCase(
                json.path("name").asText(),
                folder,
                files,
                columns(json.path("columns")),
                columns(json.path("typedOnly")),
                json.path("ordered").asBoolean(),
                json.path("expectedFrom").asText());
        result.check();
        return result;
    }

    private static List<JudgeColumn> columns(JsonNode json) {
        List<JudgeColumn> columns = new ArrayList<>();
        for (JsonNode column : json) {
            columns.add(new JudgeColumn(
                    column.path("name").asText(),
                    ColumnType.parse(column.path("type").asText())));
        }
        return columns;
    }

    private void check() {
        if (files.isEmpty() || columns.isEmpty() || expectedFrom.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot judge case '" + folder + "': case.json must name files, columns and expectedFrom.");
        }

        Set<Path> listed = Set.copyOf(files);
        try (Stream<Path> found = Files.list(dataFolder())) {
            Set<Path> present = Set.copyOf(found.toList());
            if (!present.equals(listed)) {
                throw new IllegalStateException("Cannot judge case '" + folder + "': case.json lists " + listed
                        + ", its folder holds " + present + ".");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list folder '" + dataFolder() + "'.", e);
        }
    }

    /** The folder of the Parquet files, with nothing else in it: a table may lie over it. */
    public Path dataFolder() {
        Path data = files.get(0).getParent();
        if (data == null) {
            throw new IllegalStateException("Cannot judge case '" + folder + "': its files lie in no folder.");
        }

        return data;
    }

    /** The expected rows, in order, with the cells of these columns only. */
    public List<Row> expected(List<JudgeColumn> chosen) {
        Path file = folder.resolve("expected.jsonl");
        List<Row> rows = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rows.add(row(JSON.readTree(line), chosen, file, rows.size()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the expected rows '" + file + "'.", e);
        }

        if (rows.isEmpty()) {
            throw new IllegalStateException("Cannot judge case '" + name + "': '" + file + "' holds no row.");
        }

        return rows;
    }

    private static Row row(JsonNode json, List<JudgeColumn> chosen, Path file, int number) {
        List<@Nullable Object> cells = new ArrayList<>(chosen.size());
        for (JudgeColumn column : chosen) {
            try {
                cells.add(Cells.parse(json.get(column.name()), column.type()));
            } catch (RuntimeException e) {
                throw new IllegalStateException(
                        "Cannot read column '" + column.name() + "' of row " + number + " in '" + file + "': "
                                + e.getMessage(),
                        e);
            }
        }
        return new Row(cells);
    }

    @Override
    public String toString() {
        return name;
    }
}

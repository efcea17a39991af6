package io.convergence.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of this repository that tests of the documentation look at. */
final class Repository {
    private static final Path ROOT = Path.of("..", "..");

    private Repository() {}

    static List<Path> documents() throws IOException {
        var documents = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
        documents.add(ROOT.resolve("README.md"));
        documents.add(ROOT.resolve("CONTRIBUTING.md"));
        return documents;
    }

    /** Main code of the published modules. */
    static List<Path> productSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : modules()) {
            sources.addAll(files(module.resolve("src/main/java"), ".java"));
        }

        return sources;
    }

    /** Main and test code of all modules. */
    static List<Path> allSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : modules()) {
            sources.addAll(files(module.resolve("src"), ".java"));
        }

        sources.addAll(sourcesOfThisModule());
        sources.addAll(files(ROOT.resolve("benchmarks"), ".java"));
        return sources;
    }

    static List<Path> sourcesOfThisModule() throws IOException {
        return files(Path.of("src"), ".java");
    }

    static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> entries = Files.list(ROOT)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("convergence-"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }

        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}

package io.convergence.judges.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Finds what in a relocated jar still names a package by the name it had before. */
final class RelocatedJar {
    /** The packages Glue has in older versions. */
    static final List<String> MOVED = List.of(
            "org.apache.parquet", "org.apache.avro", "com.fasterxml.jackson", "de.siegmar.fastcsv", "shaded.parquet");

    private static final Pattern PATHS = Pattern.compile("(?:^/|(?<!/))(?:" + joined("/") + ")(?![\\w-])");
    private static final Pattern NAMES =
            Pattern.compile("(?:(?<![.\\w])|(?<=\\[L))(?:" + joined("\\.") + ")(?![\\w-])");

    private RelocatedJar() {}

    private static String joined(String separator) {
        return MOVED.stream().map(name -> name.replace(".", separator)).collect(Collectors.joining("|"));
    }

    /** @param references each as the entry and the text in it
     *  @param classes the number of classes looked into */
    record Scan(int classes, List<String> references) {}

    static Scan scan(Path jar) throws IOException {
        List<String> references = new ArrayList<>();
        int classes = 0;
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                try (InputStream content = zip.getInputStream(entry)) {
                    if (entry.getName().endsWith(".class")) {
                        classes++;
                        ClassConstants.read(content).stream()
                                .filter(RelocatedJar::namesMovedPackage)
                                .forEach(text -> references.add(entry.getName() + ": " + text));
                    } else if (entry.getName().startsWith("META-INF/services/") && !entry.isDirectory()) {
                        Stream.concat(
                                        Stream.of(entry.getName().substring("META-INF/services/".length())),
                                        new String(content.readAllBytes(), StandardCharsets.UTF_8).lines())
                                .filter(RelocatedJar::namesMovedPackage)
                                .forEach(text -> references.add(entry.getName() + ": " + text));
                    }
                }
            }
        }
        return new Scan(classes, List.copyOf(references));
    }

    /** A class reference, a descriptor, a path, or a string that is nothing but a name; words in a message may stay. */
    static boolean namesMovedPackage(String text) {
        boolean sentence = text.chars().anyMatch(Character::isWhitespace);
        return !sentence && (PATHS.matcher(text).find() || NAMES.matcher(text).find());
    }
}

package io.convergence.examples.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that the code of this repository declares, and what is wrong with a name that a text claims to be one. */
final class CodeNames {
    /** Names of other people's types, and of calls of the DMS API, in our texts. */
    private static final Set<String> FOREIGN = Set.of(
            "RegisterExtension",
            "GenericRecord",
            "CreateEndpoint",
            "DescribeEndpoints",
            "ModifyEndpoint",
            "CreateEndpointRequest",
            "CreateReplicationTaskRequest",
            "CreateReplicationConfigRequest");

    /** Names of DMS that no code of ours writes or reads; those of its settings stand there in quotes. */
    private static final Set<String> OF_DMS = Set.of("Ddls", "FullLoadRows");

    /** Where a name of the reader's own goes. */
    private static final Set<String> PLACEHOLDERS = Set.of("schema.table");

    private static final String BASE = "io.convergence.";
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    private static final Pattern CLAIM =
            Pattern.compile("@?((?:[a-z]\\w*\\.)*)([A-Z]\\w*)?(?:\\.([a-z]\\w*))?(?:\\((?:…|[\\w, ]*)\\))?");

    private final Set<String> packages = new HashSet<>();
    private final Map<String, Set<String>> packagesOfType = new HashMap<>();
    private final Map<String, StringBuilder> textOfType = new HashMap<>();
    private final StringBuilder text = new StringBuilder();

    static CodeNames ofRepository() throws IOException {
        var names = new CodeNames();
        for (Path source : Repository.allSources()) {
            names.add(Repository.text(source));
        }

        for (Path source : Repository.productSources()) {
            names.text.append(Repository.text(source));
        }

        return names;
    }

    int types() {
        return packagesOfType.size();
    }

    private void add(String source) {
        Matcher declaration = PACKAGE.matcher(source);
        if (!declaration.find()) {
            return;
        }

        packages.add(declaration.group(1));
        Matcher type = TYPE.matcher(source);
        while (type.find()) {
            packagesOfType
                    .computeIfAbsent(type.group(1), name -> new HashSet<>())
                    .add(declaration.group(1));
            textOfType
                    .computeIfAbsent(type.group(1), name -> new StringBuilder())
                    .append(source);
        }
    }

    /** Why a text in code font names something of our code that is not there; empty if it does not, or names no code. */
    String problem(String claim) {
        if (claim.matches("[A-Z]+(_[A-Z]+)+")) {
            return text.indexOf(claim) >= 0 ? "" : "no code has the constant " + claim;
        }

        if (claim.matches("[a-z]\\w*\\(\\)")) {
            return text.indexOf(claim.substring(0, claim.length() - 1)) >= 0 ? "" : "no code has the method " + claim;
        }

        if (claim.matches("[a-z]\\w*(\\.[a-z]\\w*)+")) {
            return PLACEHOLDERS.contains(claim) ? "" : packageProblem(claim);
        }

        Matcher parts = CLAIM.matcher(claim);
        if (!parts.matches()) {
            return "";
        }

        String stage = parts.group(1);
        String type = parts.group(2);
        return type != null && isCamelCase(type) ? typeProblem(stage, type, parts.group(3)) : "";
    }

    /** Only what begins like one of our packages claims to be one; others are file names, properties and the like. */
    private String packageProblem(String claim) {
        String full = claim.startsWith(BASE) ? claim : BASE + claim;
        int end = full.indexOf('.', BASE.length());
        String first = end < 0 ? full : full.substring(0, end);
        boolean ours = packages.contains(first) || claim.startsWith(BASE);
        return !ours || packages.contains(full) ? "" : "there is no package " + full;
    }

    private String typeProblem(String stage, String type, String member) {
        Set<String> found = packagesOfType.get(type);
        if (found == null) {
            boolean ofDms = OF_DMS.contains(type) || text.indexOf("\"" + type + "\"") >= 0;
            return ofDms || FOREIGN.contains(type) || isOfTheJdk(type) ? "" : "there is no type " + type;
        }

        if (!stage.isEmpty()) {
            String name = stage.substring(0, stage.length() - 1);
            String full = name.startsWith(BASE) ? name : BASE + name;
            if (!found.contains(full)) {
                return "type " + type + " is in " + found + ", not in " + full;
            }
        }

        boolean known = member == null
                || textOfType.get(type).indexOf(" " + member + "(") >= 0
                || textOfType.get(type).indexOf(" " + member + ",") >= 0
                || textOfType.get(type).indexOf(" " + member + ")") >= 0;
        return known ? "" : "type " + type + " has no member " + member;
    }

    private static boolean isCamelCase(String name) {
        return name.matches("[A-Z]\\w*[a-z]\\w*[A-Z]\\w*") || name.matches("[A-Z][a-z]{3,}");
    }

    private static boolean isOfTheJdk(String type) {
        for (String candidate : new String[] {"java.lang.", "java.util.", "java.time.", "java.io."}) {
            try {
                Class.forName(candidate + type);
                return true;
            } catch (ClassNotFoundException e) {
                // Perhaps in the next one.
            }
        }

        return false;
    }
}

package io.convergence.cli;

import io.convergence.target.S3TargetSettings;
import java.util.Collections;
import java.util.Set;

/** Settings of an S3 target in any of the forms people have them in; which one it is the text tells. */
final class SettingsText {
    /** Names that only an endpoint has, or what the API answers about endpoints. */
    private static final Set<String> OF_ENDPOINTS = Set.of(
            "Endpoint",
            "Endpoints",
            "S3Settings",
            "EndpointIdentifier",
            "EndpointType",
            "EngineName",
            "ExtraConnectionAttributes");

    private SettingsText() {}

    static S3TargetSettings parse(Document document) {
        if (!document.looksLikeJson()) {
            // A line break at the end is the file's, not the last value's.
            return S3TargetSettings.parseConnectionAttributes(document.text().replaceAll("\\R+$", ""));
        }

        boolean endpoint = !Collections.disjoint(JsonSyntax.names(document.text()), OF_ENDPOINTS);
        return endpoint ? S3TargetSettings.parseEndpoint(document.text()) : S3TargetSettings.parse(document.text());
    }
}

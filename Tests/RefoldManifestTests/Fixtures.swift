import Foundation
import RefoldManifest
import RefoldModel
import Testing

/// The manifests of the interface's own examples, and a folder for manifests that a test writes.
enum Fixtures {
    /// The project's folder.
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    /// The folder of the examples.
    static let folder = project + "/Tests/Fixtures/manifests"
    /// The examples.
    static let names = [
        "clients.yaml", "projects.yaml", "files.yaml", "orders.yaml", "prod.yaml", "local.yaml", "basic.yaml",
        "nightly.yaml", "rebuild.yaml", "backfill.yaml", "migration.yaml", "restore.yaml",
    ]

    /// Rounds of random tests; `REFOLD_FUZZ_ROUNDS` asks for more, and for every mutant of the schema's test.
    static let rounds = ProcessInfo.processInfo.environment["REFOLD_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 300

    /// A loader that stands in the folder of the examples.
    static let loader = ManifestLoader(workingDirectory: folder)

    /// The text of an example.
    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    }

    /// A folder with some files, gone after the body.
    static func withFolder<R>(_ files: [String: String], _ body: (ManifestLoader) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.path + "/refold-manifest-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
        }
        return try body(ManifestLoader(workingDirectory: folder))
    }

    /// The problems of one text.
    static func problems(_ text: String) throws -> [ManifestProblem] {
        try withFolder(["m.yaml": text]) { $0.validate(path: "m.yaml") }
    }
}

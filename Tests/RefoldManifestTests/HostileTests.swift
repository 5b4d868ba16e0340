import Foundation
import RefoldManifest
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct HostileTests {
    private static let head = "apiVersion: refold/v1\nkind: Target\nname: t\nfile: x\n"

    @Test func `aliases are refused where they stand and never followed`() throws {
        var bomb = Self.head + "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...60 {
            let inner = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(inner)]\n"
        }
        let problems = try Fixtures.problems(bomb)
        #expect(
            problems.contains { $0.message == "an alias (`*`) is not taken" && $0.place == "m.yaml:6:10" }
        )
        #expect(problems.count <= 202)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "&a [", "\n "])
    func `a text that nests without end is left at depth 64`(part: String) throws {
        var text = String(repeating: part, count: 20_000)
        if part == "\n " { text = (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined() }
        let problems = try Fixtures.problems(text)
        #expect(problems.map(\.message).contains("values lie more than 64 deep in one another"))
        #expect(problems.count <= 66)
    }

    @Test func `depth 64 is taken, 65 is not`() throws {
        func problems(_ depth: Int) throws -> [String] {
            // The mapping of the manifest and `indexSettings` are two levels; the innermost value is one.
            let value =
                String(repeating: "{ a: ", count: depth - 2) + "1" + String(repeating: " }", count: depth - 2)
            return try Fixtures.problems(Self.head + "indexSettings: \(value)\n").map(\.message)
        }
        #expect(try problems(64) == [])
        #expect(try problems(65) == ["values lie more than 64 deep in one another"])
    }

    @Test func `one problem for each of many is kept within bounds`() throws {
        let text = Self.head + (0..<5_000).map { "k\($0): \($0)" }.joined(separator: "\n")
        let problems = try Fixtures.problems(text)
        #expect(problems.count == 201)
        #expect(problems.last?.message == "4800 more problems are not listed")
        #expect(problems.allSatisfy { $0.severity == .error })
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], "the text is UTF-16", "m.yaml:1:1"),
            ([0x61, 0x3A, 0x0A, 0x20, 0xFF], "the text is not valid UTF-8", "m.yaml:2:2"),
            ([0x61, 0x3A, 0x20, 0xC3], "the text is not valid UTF-8", "m.yaml:1:4"),
            ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], "the text is not valid UTF-8", "m.yaml:1:4"),
            ([0x61, 0x3A, 0x20, 0x00], "the text holds the control character U+0", "m.yaml:1:4"),
            (
                [0xC3, 0xA4, 0x3A, 0x20, 0x1B, 0x5B], "the text holds the control character U+1B",
                "m.yaml:1:4"
            ),
            ([], "the manifest is empty", "m.yaml:1:1"),
            ([0x23, 0x20, 0x61, 0x0A], "the manifest is empty", "m.yaml:1:1"),
            ([0x78], "a manifest is a mapping, this is `x`", "m.yaml:1:1"),
            ([0x2D, 0x20, 0x78], "a manifest is a mapping, this is a list", "m.yaml:1:1"),
        ] as [([UInt8], String, String)]
    )
    func `bytes that are no text are refused with their place`(
        bytes: [UInt8],
        message: String,
        place: String
    ) throws {
        let problems = try Fixtures.withFolder([:]) { loader in
            try Data(bytes).write(to: URL(filePath: loader.workingDirectory + "/m.yaml"))
            return loader.validate(path: "m.yaml")
        }
        #expect(problems.map(\.message) == [message])
        #expect(problems.map(\.place) == [place])
    }

    @Test func `a byte order mark is no part of the text`() throws {
        #expect(try Fixtures.problems("\u{FEFF}" + Self.head) == [])
        #expect(try Fixtures.problems("\u{FEFF}kin: x\n").contains { $0.place == "m.yaml:1:1" })
    }

    @Test func `a folder, a device, a pipe, a link to itself and a huge file are not read`() throws {
        try Fixtures.withFolder(["huge.yaml": String(repeating: "# x\n", count: 1 << 18) + "x"]) { loader in
            let folder = loader.workingDirectory
            #expect(mkfifo(folder + "/pipe.yaml", 0o600) == 0)
            #expect(symlink("loop.yaml", folder + "/loop.yaml") == 0)
            #expect(symlink("/dev/zero", folder + "/zero.yaml") == 0)
            let messages = [
                ".", "/dev/zero", "zero.yaml", "pipe.yaml", "loop.yaml", "huge.yaml", "no/where.yaml",
            ].map {
                loader.validate(path: $0).map(\.message)
            }
            #expect(
                messages == [
                    ["`.` is a folder"], ["`/dev/zero` is no regular file"],
                    ["`zero.yaml` is no regular file"],
                    ["`pipe.yaml` is no regular file"],
                    ["`loop.yaml` is a symbolic link that leads to itself"],
                    ["`huge.yaml` is larger than 1 MiB"], ["`no/where.yaml` does not exist"],
                ]
            )
        }
    }

    @Test func `a file without the right to read it says so`() throws {
        try Fixtures.withFolder(["m.yaml": Self.head]) { loader in
            #expect(chmod(loader.workingDirectory + "/m.yaml", 0) == 0)
            // The superuser reads every file but those of the kernel that are there to be written.
            let path = geteuid() == 0 ? "/proc/sys/vm/drop_caches" : "m.yaml"
            #expect(loader.validate(path: path).map(\.message) == ["`\(path)` may not be read"])
        }
    }

    @Test func `control characters of a hostile text do not reach the terminal`() throws {
        let problems = try Fixtures.problems(Self.head + "\"\\e[31m\u{202E}x\": 1\n")
        #expect(problems.count == 1)
        for problem in problems {
            #expect(!problem.rendered.unicodeScalars.contains("\u{1B}"))
            #expect(!problem.rendered.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func `any bytes give problems or a definition, never a crash, and places inside the text`() throws {
        var random = SeededGenerator(seed: 20_261_124)
        let texts = try Fixtures.names.map { (name: $0, bytes: Array(try Fixtures.text($0).utf8)) }
        let splices = [
            "*a", "&a ", "!t ", "<<: x", "\n---\n", "\t", "\"", "'", "{", "]", ": ", "- ", "\u{0}", "é",
            "|\n", "? ",
        ]
        try Fixtures.withFolder([:]) { loader in
            for (name, bytes) in texts {
                try Data(bytes).write(to: URL(filePath: loader.workingDirectory + "/" + name))
            }
            for round in 0..<Fixtures.rounds {
                guard var (_, bytes) = texts.randomElement(using: &random) else { return }
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0...bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                    case 1:
                        bytes.removeSubrange(
                            place..<min(bytes.count, place + Int.random(in: 0...40, using: &random))
                        )
                    case 2:
                        bytes.insert(
                            contentsOf: (splices.randomElement(using: &random) ?? "").utf8,
                            at: place
                        )
                    default: bytes.insert(contentsOf: bytes[..<place].suffix(30), at: place)
                    }
                }
                try Data(bytes).write(to: URL(filePath: loader.workingDirectory + "/mutant.yaml"))
                let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
                for problem in loader.validate(path: "mutant.yaml") where problem.file == "mutant.yaml" {
                    #expect(problem.line <= lines + 200, "round \(round)")
                    #expect(!problem.rendered.isEmpty, "round \(round)")
                }
            }
        }
    }
}

/// A small generator whose sequence is the same everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// What is wrong in a manifest and only another room can know: it is told with file, line, column and caret.
@Suite struct WrongManifestTests {
    @Test func `an archive that is not there is a warning of validate, and the run names its line`()
        async throws
    {
        try await MadeJob.with { job in
            try job.edit("m/rebuild.yaml") { $0.replacing("\"../a\"", with: "\"../aa\"") }
            let absolute = job.folder.resolvingSymlinksInPath().path
            let validated = await job.run("validate", "m/rebuild.yaml")
            #expect(validated.status == 0)
            #expect(validated.output == "m/rebuild.yaml: 1 warning\n")
            #expect(validated.remarks.contains(" where: m/rebuild.yaml:4:10\n"), "\(validated.remarks)")
            #expect(validated.remarks.contains("      |          ^^^^^^^\n"))
            #expect(validated.remarks.contains("/aa does not exist"))
            #expect(validated.remarks.contains("did you mean `../a`?"))
            let run = await job.rebuild()
            #expect(run.status == 10)
            #expect(run.remarks.contains("error: \(absolute)/aa does not exist"), "\(run.remarks)")
            #expect(run.remarks.contains("[archive.missing]\n where: m/rebuild.yaml:4:10\n"))
            #expect(run.remarks.contains("did you mean `\(absolute)/a`?"))
            let next = try await job.follow(run)
            #expect(next.status == 0 && next.remarks.contains("m/rebuild.yaml:4:10"), "\(next.remarks)")
        }
    }

    @Test func `an archive with no near name says how a later mount is meant`() async throws {
        try await MadeJob.with { job in
            try job.edit("m/rebuild.yaml") { $0.replacing("\"../a\"", with: "/nowhere/events") }
            let validated = await job.run("validate", "m/rebuild.yaml")
            #expect(validated.status == 0)
            #expect(
                validated.remarks.contains("if the archive is mounted there later, there is nothing to do")
            )
        }
    }

    @Test(arguments: [
        ("Industry: { type: keyword }", "Industry: { type: keywrd }", "type 'keywrd', for which", 25),
        ("Industry: { type: keyword }", "Industry: { type: geo_point }", "type 'geo_point', for which", 25),
        (
            "Industry: { type: keyword }", "Industry: { type: keyword, fielddata: true }",
            "parameter 'fielddata' of field 'Industry' is not known for type keyword", 34
        ),
        (
            "          City: { type: keyword }", "          City: { type: strng }",
            "field 'BillingAddress.City' has type 'strng'", 25
        ),
    ])
    func `what the embedded target refuses in a mapping is refused by validate in the words of run`(
        right: String,
        wrong: String,
        message: String,
        column: Int
    ) async throws {
        try await MadeJob.with { job in
            try job.edit("m/account.yaml") { $0.replacing(right, with: wrong) }
            let text = try String(contentsOf: job.folder.appending(path: "m/account.yaml"), encoding: .utf8)
            let line = try #require(text.split(separator: "\n").firstIndex { $0.contains(wrong) }) + 1
            let validated = await job.run("validate", "m/rebuild.yaml")
            #expect(validated.status == 64)
            #expect(validated.output == "m/rebuild.yaml: 1 error\n", "\(validated.remarks)")
            #expect(validated.remarks.contains(message))
            #expect(
                validated.remarks.contains(" where: m/account.yaml:\(line):\(column)\n"),
                "\(validated.remarks)"
            )
            let run = await job.rebuild()
            #expect(run.status == 64)
            #expect(run.remarks.hasSuffix(validated.remarks), "\(run.remarks)")
            // Without a target the engine decides.
            #expect(await job.run("validate", "m/account.yaml").status == 0)
        }
    }

    @Test func `every mapping that the embedded target refuses is told at once`() async throws {
        try await MadeJob.with { job in
            try job.edit("m/account.yaml") {
                $0.replacing(
                    "Industry: { type: keyword }",
                    with: "Industry: { type: text, fields: { raw: { type: keywrd } } }"
                )
                .replacing("Phone: { type: keyword }", with: "Phone: { type: phone }")
            }
            let validated = await job.run("validate", "m/rebuild.yaml")
            #expect(validated.output == "m/rebuild.yaml: 2 errors\n", "\(validated.remarks)")
            #expect(validated.remarks.contains("field 'Industry.raw' has type 'keywrd'"))
            #expect(validated.remarks.contains("did you mean `keyword`?"))
            #expect(validated.remarks.contains("field 'Phone' has type 'phone'"))
        }
    }

    @Test func `a definition changed under its version is told where it changed`() async throws {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            try job.edit("m/account.yaml") {
                $0.replacing("    Phone: Phone\n", with: "    Phone: { from: Phone, type: string }\n")
                    .replacing("      Website: { type: keyword }\n", with: "      Website: { type: text }\n")
            }
            let text = try String(contentsOf: job.folder.appending(path: "m/account.yaml"), encoding: .utf8)
            let line =
                try #require(text.split(separator: "\n").firstIndex { $0.hasPrefix("    Phone: ") }) + 1
            let refused = await job.rebuild()
            #expect(refused.status == 64)
            #expect(
                refused.remarks.contains("[pipeline.definition_changed]\n where: m/account.yaml:\(line):5\n")
            )
            #expect(
                refused.remarks.contains(
                    "changed since: document.fields.Phone, index.mappings.properties.Website.type\n"
                ),
                "\(refused.remarks)"
            )
            #expect(refused.remarks.contains("set version: 2 in m/account.yaml"))
            try job.edit("m/account.yaml") { $0.replacing("version: 1 ", with: "version: 2 ") }
            #expect(try await job.follow(refused).status == 0)
        }
    }
}

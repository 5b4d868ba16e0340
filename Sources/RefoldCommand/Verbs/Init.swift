import RefoldArchive
import RefoldBytes
import RefoldModel

/// `refold init`: scaffolds a read model for each entity and a job from what an archive holds.
package enum InitVerb: Verb {
    private static let into = OptionDeclaration(
        "into",
        value: .path("FOLDER"),
        "folder of the new manifests (default: `manifests` of the working directory)"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "init",
        in: .start,
        "scaffold read models and a job from what an archive holds",
        details: [
            "Reads a sample of the archive, writes one read model for each entity found and a Rebuild job with an "
                + "embedded target, and prints what to run next. It never replaces a file."
        ],
        positionals: [.archive],
        options: [.output, into, .noProgress],
        statuses: .ofArchive,
        examples: [
            .init(
                "refold init archive --into manifests",
                "Write manifests for the entities found in archive/."
            )
        ]
    )

    /// Scaffolds.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let location = invocation.io.absolute(try invocation.arguments.required(0))
        let typed = invocation.arguments.value(into) ?? "manifests"
        let folder = invocation.io.absolute(typed)
        let sample = try ArchiveSample(Archive.open(at: location, unlisted: .ignore))
        guard !sample.entities.isEmpty else { throw noEvents(sample, location) }
        var models: [ReadModelScaffold] = []
        for (entity, fields) in sample.entities.sorted(by: { $0.key < $1.key }) {
            models.append(ReadModelScaffold(entity: entity, fields: fields, besides: models.map(\.name)))
        }
        let job = JobScaffold(archive: location, folder: folder, readModels: models.map(\.name))
        let files = models.map { ("\($0.name).yaml", $0.text) } + [(JobScaffold.file, job.text)]
        if let present = files.map({ "\(folder)/\($0.0)" }).first(where: OutputFile.exists) {
            throw CommandError(
                .argument,
                "\(present) is there already",
                fix: "choose another folder, or move it away"
            )
        }
        try OutputFile.makeFolder(folder)
        for (name, text) in files { try OutputFile.write(text, to: "\(folder)/\(name)", replacing: false) }
        let next =
            "refold plan \(typed.hasSuffix("/") ? String(typed.dropLast()) : typed)/\(JobScaffold.file)"
        return Answer(
            text: files.map { "\(typed)/\($0.0)\n" }.joined() + "next: \(next)\n",
            json: [
                "kind": "Init", "next": .text(next), "lines": .integer(sample.lines),
                "events": .integer(sample.events),
                "files": .array(files.map { .text("\(folder)/\($0.0)") }),
            ]
        )
    }

    private static func noEvents(_ sample: ArchiveSample, _ location: String) -> CommandError {
        CommandError(
            .argument,
            "no Salesforce change event is among the first lines of \(location)",
            cause: "\(grouped(sample.lines)) lines were looked at",
            fix: "write a read model with events.format cloudevents or fields: `refold schema ReadModel`"
        )
    }
}

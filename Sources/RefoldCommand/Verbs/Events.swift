import RefoldBytes
import RefoldModel
import RefoldPipeline

/// `refold events`: the events of one aggregate.
package enum EventsVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "events",
        in: .archive,
        "print the events of an aggregate in order",
        details: [
            "In the order in which they fold, as they came: upcasters have not seen them. Further copies of an event "
                + "follow it and are marked. With `--output json`, one object a line. The whole archive is read.",
            "A Salesforce id of 15 characters is completed. A key that the archive does not have is wrong usage, exit 64.",
        ],
        positionals: [.archive, .key],
        options: [.output, .asOf, .salvage, .readModel] + OptionDeclaration.ofReplays,
        statuses: .ofArchive,
        examples: [
            .init("refold events archive Account/0015g00000XyZAbAAN", "Print the history of one account.")
        ],
        drains: true
    )

    /// Reads, then prints.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        var call = try ArchiveCall(invocation)
        call.request.only = try call.chosen()
        let listing = try await call.withFold(keepsHistory: false) { request, engine, progress in
            try await EventListing(request, engine: engine, progress: progress)
        }
        invocation.tell(rejects: listing.rejectCount, listedBy: nil, salvageRemarks: listing.salvageRemarks)
        guard invocation.writesJSON else { return Answer(text: listing.text) }
        for entry in listing.entries {
            try invocation.io.stdout.write(
                JSONValue.object(entry.json).canonical.bytes + [UInt8(ascii: "\n")]
            )
        }
        return .written()
    }
}

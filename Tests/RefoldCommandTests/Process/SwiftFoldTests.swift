import Foundation
import RefoldBytes
import RefoldCommand
import RefoldModel
import Testing

/// Clients folded by a Swift type, as a team would write it in a `refold` of its own.
private struct ClientAggregate: Aggregate {
    var record = ChangedRecord()

    mutating func apply(_ event: Event) { record.apply(event) }
    var isDeleted: Bool { record.isDeleted }
    func encode(to encoder: any Encoder) throws { try record.fields.encode(to: encoder) }
}

/// Projects, with a figure that no declaration says.
private struct ProjectAggregate: Aggregate {
    var record = ChangedRecord()
    var changes = 0

    mutating func apply(_ event: Event) {
        record.apply(event)
        changes += 1
    }
    var isDeleted: Bool { record.isDeleted }
    func encode(to encoder: any Encoder) throws {
        var fields = record.fields.asObject ?? [:]
        fields["Changes"] = .integer(changes)
        try JSONValue.object(fields).encode(to: encoder)
    }
}

/// What change events make of a record: full records replace it, updates change what they name.
private struct ChangedRecord: Codable, Sendable {
    var fields: JSONValue = [:]
    var isDeleted = false

    mutating func apply(_ event: Event) {
        switch event.type {
        case "CREATE", "UNDELETE", "SNAPSHOT":
            fields = .object(Self.present(event.body))
            isDeleted = false
        case "DELETE", "GAP_DELETE":
            fields = [:]
            isDeleted = true
        case "UPDATE" where !isDeleted:
            for name in event.changedFields ?? [] { take(name, from: event.body) }
        default: break
        }
    }

    private mutating func take(_ name: ByteString, from body: JSONObject) {
        guard var fields = fields.asObject else { return }
        let parts = name.bytes.split(separator: UInt8(ascii: "."), maxSplits: 1).map {
            ByteString(copying: $0)
        }
        if parts.count == 2 {
            var parent = fields[parts[0]]?.asObject ?? [:]
            let component = body[parts[0]]?[parts[1]]
            parent[parts[1]] = component == .null ? nil : component
            fields[parts[0]] = parent.isEmpty ? nil : .object(parent)
        } else if let components = body[name]?.asObject {
            var parent = fields[name]?.asObject ?? [:]
            for (part, value) in components.members { parent[part] = value == .null ? nil : value }
            fields[name] = parent.isEmpty ? nil : .object(parent)
        } else {
            fields[name] = body[name] == .null ? nil : body[name]
        }
        self.fields = .object(fields)
    }

    private static func present(_ object: JSONObject) -> JSONObject {
        JSONObject(
            object.members.filter { $0.value != .null }.map { name, value in
                (name, value.asObject.map { .object(present($0)) } ?? value)
            }
        )
    }
}

@Suite struct SwiftFoldTests {
    private func run(_ place: Workplace, _ words: [String]) async -> (status: Int32, remarks: String) {
        let remarks = MemorySink()
        let io = CommandIO(
            stdout: MemorySink(),
            stderr: remarks,
            workingFolder: place.folder.path,
            now: { TestClock.tick() },
            uptime: { .zero }
        )
        let status = await RefoldCommand.run(
            arguments: ["run", Workplace.job] + words,
            environment: [:],
            io: io,
            aggregates: [ClientAggregate.self, ProjectAggregate.self]
        )
        return (status, remarks.text)
    }

    @Test func `Swift aggregates give the documents of the declared fold`() async throws {
        let models = ["clients": "ClientAggregate", "projects": "ProjectAggregate"]
        try await Workplace.with(events: 1_500, readModels: models.keys.sorted()) { place in
            let declared = await run(place, ["--set", "target.embedded=declared.db", "--state-dir=s"])
            #expect(declared.status == 0, "\(declared.remarks)")
            for (model, type) in models {
                try place.replace("fold: merge", with: "fold: swift\n  type: \(type)", in: "m/\(model).yaml")
            }
            let written = await run(place, [])
            #expect(written.status == 0, "\(written.remarks)")
            for model in models.keys {
                #expect(try place.documents(model) == place.documents(model, in: "declared.db"))
            }
        }
    }

    @Test func `a type that no program registered is a problem of the manifest`() async throws {
        try await Workplace.with(events: 60) { place in
            try place.replace("fold: merge", with: "fold: swift\n  type: Nobody", in: "m/clients.yaml")
            let told = await run(place, [])
            #expect(told.status == 64, "\(told.remarks)")
            #expect(told.remarks.contains("Nobody"))
            #expect(!place.has("m/x.db"))
        }
    }
}

import RefoldBytes
import RefoldModel
import Testing

/// A Swift aggregate and the declared fold's state give one document; the states are what FOLD makes of the events.
@Suite struct SwiftAggregateTests {
    private static let client = DocumentDefinition(
        where: [Condition(source: .at("Type"), tests: [.not("Test")])],
        fields: .listed([
            field("id", .from(.builtIn(.id))),
            field(
                "name",
                .first([
                    field("", .path("Name"), type: .string),
                    field(
                        "",
                        .template([.source(.at("Name.FirstName")), .text(" "), .source(.at("Name.LastName"))])
                    ),
                ])
            ),
            field("business_types", .path("Business_Type__c"), split: ";"),
            field("status", .path("Account_Status__c"), map: [("A", "active")]),
            field("revenue", .path("AnnualRevenue"), type: .double),
            field("billing_country", .path("BillingAddress.Country")),
            field("created_date", .path("CreatedDate"), type: .date),
            field("is_deleted", .value(false)),
            field("system_modified_stamp", .from(.builtIn(.time)), type: .date),
        ])
    )
    private static let project = DocumentDefinition(
        fields: .listed([
            field("name", .path("Name")), field("status", .path("Status__c"), default: "new"),
            field("budget", .path("Budget__c"), type: .double), field("start", .path("Start__c"), type: .day),
        ])
    )

    private static let create =
        #"{"Name":{"FirstName":"Ada","LastName":"Lovelace","Suffix":null},"Type":"Prod","#
        + #""Business_Type__c":"Label;;Publisher","Account_Status__c":"A","AnnualRevenue":12345678901234567890.50,"#
        + #""BillingAddress":{"City":"Rom","Country":"Italy"},"CreatedDate":1588204800000,"Empty":null}"#

    private func history() throws -> [Event] {
        [
            try event("CREATE", at: 1, body: Self.create),
            try event(
                "UPDATE",
                at: 2,
                body:
                    #"{"BillingAddress":{"Country":"Italia","City":null},"Account_Status__c":null,"Seen":1}"#,
                changed: ["BillingAddress.Country", "BillingAddress.City", "Account_Status__c"]
            ),
        ]
    }

    private func document(
        _ fold: FoldDefinition,
        _ events: [Event],
        _ definition: DocumentDefinition
    ) throws -> String? {
        let types = try TypeRegistry(aggregates: [ClientAggregate.self, ProjectAggregate.self])
        let historyFold = try #require(try fold.historyFold(of: .salesforceCDC, types: types))
        let snapshot = try #require(historyFold.fold(events, version: 7).snapshot)
        return text(of: try Projection(definition: definition).project(snapshot))
    }

    /// The document of the state that the declared fold reaches.
    private func declared(_ state: String, _ definition: DocumentDefinition) throws -> String? {
        text(of: try Projection(definition: definition).project(try snapshot(state)))
    }

    @Test func `a client is the declared document after a create`() throws {
        let state =
            #"{"Name":{"FirstName":"Ada","LastName":"Lovelace"},"Type":"Prod","#
            + #""Business_Type__c":"Label;;Publisher","Account_Status__c":"A","AnnualRevenue":12345678901234567890.50,"#
            + #""BillingAddress":{"City":"Rom","Country":"Italy"},"CreatedDate":1588204800000}"#
        let made = try document(.swift(type: "ClientAggregate"), [try history()[0]], Self.client)
        #expect(made == (try declared(state, Self.client)))
        let expected =
            #"{"billing_country":"Italy","business_types":["Label","Publisher"],"#
            + #""created_date":"2020-04-30T00:00:00.000Z","id":"a1","is_deleted":false,"name":"Ada Lovelace","#
            + #""revenue":12345678901234567890.50,"status":"active","system_modified_stamp":"2024-05-01T10:00:00.000Z"}"#
        #expect(made == expected)
    }

    @Test func `a client is the declared document after an update of components`() throws {
        let state =
            #"{"Name":{"FirstName":"Ada","LastName":"Lovelace"},"Type":"Prod","#
            + #""Business_Type__c":"Label;;Publisher","AnnualRevenue":12345678901234567890.50,"#
            + #""BillingAddress":{"Country":"Italia"},"CreatedDate":1588204800000}"#
        let made = try document(.swift(type: "ClientAggregate"), try history(), Self.client)
        #expect(made == (try declared(state, Self.client)))
        #expect(made?.contains(#""billing_country":"Italia""#) == true)
        #expect(made?.contains("status") == false)
    }

    @Test func `a deleted client has no document, and an update after it brings none`() throws {
        let gone = try history() + [try event("DELETE", at: 3)]
        let late = gone + [try event("UPDATE", at: 4, body: #"{"Name":"x"}"#, changed: ["Name"])]
        #expect(try document(.swift(type: "ClientAggregate"), gone, Self.client) == nil)
        #expect(try document(.swift(type: "ClientAggregate"), late, Self.client) == nil)
    }

    @Test func `a project is the declared document, beside what only Swift can say`() throws {
        let events = [
            try event("CREATE", at: 1, body: #"{"Name":"P","Budget__c":1.50,"Start__c":"2024-02-29"}"#),
            try event("UPDATE", at: 2, body: #"{"Status__c":"Active"}"#, changed: ["Status__c"]),
            try event("UPDATE", at: 3, body: #"{"Status__c":"Done"}"#, changed: ["Status__c"]),
        ]
        let state = #"{"Name":"P","Budget__c":1.50,"Start__c":"2024-02-29","Status__c":"Done"}"#
        let made = try document(.swift(type: "ProjectAggregate"), events, Self.project)
        #expect(made == (try declared(state, Self.project)))
        #expect(made == #"{"budget":1.50,"name":"P","start":"2024-02-29","status":"Done"}"#)
        let changes = DocumentDefinition(
            fields: .listed([field("changes", .path("StatusChanges"), type: .long)])
        )
        #expect(try document(.swift(type: "ProjectAggregate"), events, changes) == #"{"changes":2}"#)
    }
}

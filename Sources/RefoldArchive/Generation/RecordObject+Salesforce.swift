/// The objects of the made archive: what a rights and licensing business keeps about its clients.
extension RecordObject {
    /// Clients.
    static let account = RecordObject(
        entity: "Account",
        prefix: "001",
        fields: [
            RecordField("Name", .company, share: 100),
            RecordField(
                "Type",
                .pick(["Prospect", "Customer - Direct", "Customer - Channel", "Partner", "Other"])
            ),
            RecordField("ParentId", .record(prefix: "001"), share: 20),
            RecordField("BillingAddress", .address),
            RecordField("Phone", .phone, share: 60),
            RecordField("Website", .website, share: 60),
            RecordField(
                "Industry",
                .pick(["Music", "Film", "Games", "Broadcasting", "Publishing", "Advertising"])
            ),
            RecordField("AnnualRevenue", .decimal(below: 90_000_000), share: 50),
            RecordField("NumberOfEmployees", .integer(below: 20_000), share: 50),
            RecordField("Description", .text, share: 40),
            RecordField("OwnerId", .user, share: 100),
            RecordField("CurrencyIsoCode", .pick(["EUR", "USD", "GBP", "JPY", "CHF"]), share: 100),
            RecordField(
                "Business_Type__c",
                .picks(["Label", "Publisher", "Studio", "Distributor", "Society", "Agency"])
            ),
            RecordField(
                "Account_Status__c",
                .pick(["Active", "Onboarding", "On Hold", "Churned"]),
                share: 100
            ),
            RecordField("Account_Priority__c", .pick(["High", "Medium", "Low"])),
            RecordField("Orfium_SSO_ID_Comp__c", .uuid, share: 55),
            RecordField("Orfium_SSO_ID_SR__c", .uuid, share: 35),
        ]
    )

    /// What is done for them.
    static let project = RecordObject(
        entity: "Project__c",
        prefix: "a0B",
        fields: [
            RecordField("Name", .title, share: 100),
            RecordField("Account__c", .record(prefix: "001"), share: 97),
            RecordField(
                "Status__c",
                .pick(["Planned", "Active", "On Hold", "Complete", "Cancelled"]),
                share: 100
            ),
            RecordField("Phase__c", .pick(["Discovery", "Design", "Build", "Test", "Run"])),
            RecordField("Budget__c", .decimal(below: 2_000_000)),
            RecordField("Spent__c", .decimal(below: 2_000_000), share: 60),
            RecordField("PercentComplete__c", .integer(below: 101), share: 60),
            RecordField("StartDate__c", .date),
            RecordField("EndDate__c", .date, share: 60),
            RecordField("Manager__c", .user),
            RecordField("Region__c", .pick(["AMER", "EMEA", "APAC", "LATAM"])),
            RecordField("Billable__c", .boolean),
            RecordField("LastReviewAt__c", .dateTime, share: 50),
            RecordField("Description__c", .text, share: 50),
            RecordField("OwnerId", .user, share: 100),
        ]
    )

    /// Who works for them.
    static let contact = RecordObject(
        entity: "Contact",
        prefix: "003",
        fields: [
            RecordField("Name", .personName, share: 100),
            RecordField("AccountId", .record(prefix: "001"), share: 95),
            RecordField("Email", .email),
            RecordField("Phone", .phone, share: 60),
            RecordField("Title", .title, share: 60),
            RecordField("MailingAddress", .address, share: 50),
            RecordField("HasOptedOutOfEmail", .boolean),
            RecordField("OwnerId", .user, share: 100),
        ]
    )
}

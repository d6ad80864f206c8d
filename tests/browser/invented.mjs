// Who the tests are about. Everybody is invented.

export const PASSPHRASE = 'correct horse battery staple';

// Mia and Noah are of one household; Idris and Maren are on no roll.
export const MIA = {given: 'Mia Rose', family: 'Larkspur', born: '2017-05-04', home: '17 Invented Row', postcode: 'EX1 4AP'};
export const NOAH = {given: 'Noah', family: 'Larkspur', born: '2015-11-19', home: '17 Invented Row', postcode: 'EX1 4AP'};
export const TAMSIN = {given: 'Tamsin', family: 'Quillfeather', born: '2016-05-17', home: '14 Larch Row', postcode: 'EC3A 5DE'};
export const IDRIS = {given: 'Idris', family: 'Oakenshaw', born: '2016-01-08', home: '3 Sallow Street', postcode: 'EX2 3CC'};

export const MAREN = {given: 'Maren', family: 'Thornhill', born: '2014-09-30', home: '8 Hazel Walk', postcode: 'EX2 4DD'};

// A class of the school, each of another household.
export const CLASS = [
  {given: 'Petra', family: 'Ashgrove', born: '2016-10-02', home: '1 Weir Lane', postcode: 'EX3 1AB'},
  {given: 'Leo', family: 'Birchfield', born: '2017-01-21', home: '5 Tannery Row', postcode: 'EX3 2CD'},
  {given: 'Anika', family: 'Cedarholm', born: '2017-03-14', home: '9 Castle Mount', postcode: 'EX3 3EF'},
  {given: 'Owen', family: 'Dovecote', born: '2016-12-30', home: '2 Orchard End', postcode: 'EX3 4GH'},
  {given: 'Farah', family: 'Elderwick', born: '2017-06-08', home: '7 Station Steps', postcode: 'EX3 5JK'},
  {given: 'Jonah', family: 'Foxglove', born: '2016-09-19', home: '4 Mill Pond', postcode: 'EX3 6LM'},
];

export const nameOf = (child) => `${child.given} ${child.family}`;

export const SCHOOL = {urn: '100001', name: 'Elm Park Primary School'};

export const REGISTER = [
  '"URN","LA (code)","LA (name)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)",' +
      '"EstablishmentStatus (name)","PhaseOfEducation (name)","OpenDate","Town","Postcode","TelephoneNum"',
  `"${SCHOOL.urn}","201","Examplebury","2001","${SCHOOL.name}","Community school","Open","Primary","",` +
      '"Examplebury","EX1 1AA","02079460001"',
].join('\n') + '\n';

export const CALENDAR = [
  'scope,kind,first,last,weekday,window,bell,closing',
  'england,term,2026-01-05,2026-03-27,,,,',
].join('\n') + '\n';

export const ROLL = ['urn,local_id,given_names,family_name,date_of_birth,postcode']
    .concat([MIA, NOAH, TAMSIN, ...CLASS].map((child, i) =>
      [SCHOOL.urn, `A${i + 1}`, child.given, child.family, child.born, child.postcode].join(',')))
    .join('\n') + '\n';

function childOf(child, number, more) {
  return {
    childRef: `c${number}`,
    name: {givenNames: child.given, familyName: child.family},
    dateOfBirth: child.born,
    homeAddress: {lines: [child.home], postcode: child.postcode},
    presence: 'PRESENCE_PRESENT',
    whereInHome: 'on the stairs',
    voice: {spokenTo: 'SPOKEN_TO_YES', whatWasSaid: 'I put my pillow over my ears.',
      whatWasShown: 'tearful, holding a toy'},
    account: `${child.given} was awake and heard shouting and a door being broken.`,
    relationships: [{partyRef: 'p1', relationshipToChild: 'mother'}],
    collection: {mayCollect: ['the grandmother, known to the school'],
      mayNotCollect: ['the mother’s former partner']},
    handling: {parentContact: 'PARENT_CONTACT_NONE', childAwareness: 'CHILD_AWARENESS_HIDDEN',
      further: ['A quiet start; breakfast if the child came without.']},
    ...more,
  };
}

// One incident in the night before Tuesday 3 March 2026, about all of `children`.
export function incidentAbout(children, reference, more = {}, ofChild = {}) {
  return {
    reference,
    revision: 1,
    occurredAt: '2026-03-03T01:25:00Z',
    attendedAt: '2026-03-03T01:40:00Z',
    place: {lines: [children[0].home, 'Examplebury'], postcode: children[0].postcode},
    nature: 'verbal argument, damage to a door',
    severity: 'SEVERITY_MEDIUM',
    risk: {scheme: 'DASH', level: 'medium'},
    parties: [{partyRef: 'p1', name: {givenNames: 'Rosalind', familyName: children[0].family}, role: 'victim'}],
    contact: {nameOrRole: 'Examplebury Encompass desk', telephone: '020 7946 0999'},
    children: children.map((child, i) => childOf(child, i + 1, ofChild)),
    ...more,
  };
}

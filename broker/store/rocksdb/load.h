#pragma once

// Store::LoadRolls as sorted files: rows are encoded into runs by their key (load_runs.h), each run
// is sorted in memory and written as the database's own files are, and the files become part of it
// in one step. The schools' rows, the counts and the events follow in one commit (load_verb.cc).

#include <map>

#include "broker/store/rocksdb/load_runs.h"
#include "broker/store/rocksdb/reader.h"
#include "broker/store/store.h"

namespace firstbell::store::rocks {

// What a load brings that is not in its files.
struct LoadedSchool {
  std::uint32_t pupils = 0;
  Events events;
};
using LoadedSchools = std::map<base::Urn, LoadedSchool>;

// Reads the load to its end and puts its pupils into the database, by two threads, the caller one
// of them. Afterwards nobody but the database has files of it. Memory: a few runs, each about 1/64
// of the index. Durable on OK. Errors: LoadRolls's. If we crash in here the load's mark stands, and
// the next opening takes away whatever of it there is.
Result<LoadedSchools> LoadPupils(rocksdb::DB& db, const RollLoad& load,
                                 const LoadRuns::CheckSpace& check_space);

// The tables that a load fills.
inline constexpr Table kLoadedTables[] = {Table::kPupilByBlock, Table::kPupil};

// FailedPrecondition: the mark of a load stands.
Status CheckNoLoad(const Reader& reader);

// Takes away the pupils of a load that did not come to its commit, and its mark last, so that a
// crash in here changes nothing. OK where there is no mark.
Status DiscardLoad(rocksdb::DB& db);

}  // namespace firstbell::store::rocks

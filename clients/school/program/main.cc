// firstbell-school: what a school runs. Each command opens what it needs, does one thing and ends;
// `run` is the daemon.

#include "broker/base/dumps.h"
#include "broker/crypto/secure_heap.h"
#include "clients/school/program/program.h"

int main(int argc, char** argv) {
  firstbell::base::ForbidDumps();
  firstbell::crypto::LockPrivateKeys();
  firstbell::school::Program program;
  return program.Main(argc, argv);
}

# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN dir c:\
ENV GIT_VERSION=2.43.0 `
    NODE_VERSION=20.10.0
FROM golang:1.22rc1-nanoserver
